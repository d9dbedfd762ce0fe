#include "app/settle/commit_writer.hpp"

#include "base/log.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace hubspool {

namespace {

bool no_space(const failure& why) {
    return why.code == ENOSPC || why.code == EDQUOT;
}

} // namespace

bool commit_writer::passes(const failure& why) {
    return no_space(why) || why.code == EBUSY;
}

result<void> commit_writer::write(const commit_unit& unit) {
    const result<std::uint64_t> done = outcome_store_.commit(unit);
    if (!done) {
        // Said once; then it is quiet until it passes.
        if (passes(done.error()) && !std::exchange(waits_, true))
            log::error(fmt::format(
                "the state {}, outcomes wait to be recorded and sending will stop: {}; it goes on "
                "by itself",
                no_space(done.error()) ? "directory is full" : "database is locked",
                done.error().message));
        return done.error();
    }
    if (std::exchange(waits_, false))
        log::info("the state can be written again; outcomes are recorded");
    // Behind the commit: a mark that is ahead of the database makes that look old.
    mark_.commit = *done;
    mark_.last_number = std::max(mark_.last_number, unit.last_number.value_or(0));
    mark_.last_stamp = std::max(mark_.last_stamp, unit.last_stamp);
    // The database is right all the same. A mark that is behind it does no harm: only one ahead
    // makes it look old.
    if (const result<void> marked = queue_.write_run_mark(mark_); !marked)
        log::warning("cur/.run could not be written: " + marked.error().message);
    return {};
}

} // namespace hubspool
