#include "cli/commands/history.hpp"
#include "cli/fates/fates_usage.hpp"
#include "cli/fates/place_finder.hpp"
#include "cli/printing.hpp"
#include "cli/queue_files.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <memory>
#include <thread>
#include <utility>

namespace hubspool {

namespace {

// Rows are decoded at once, so that no transaction outlives a read.
constexpr std::size_t rows_of_a_read = 64;
constexpr milliseconds looks_every{200};

class telling_fates {
public:
    telling_fates(const command_context& context, const fates_arguments& arguments, fate_feed feed,
                  std::unique_ptr<queue_survey> queue)
        : arguments_(arguments), feed_(std::move(feed)), queue_(std::move(queue)),
          finder_(context.options, feed_, *queue_) {}

    // Until all is told, or with --follow until somebody has had enough.
    result<void> run();

private:
    result<void> begin();
    result<bool> step();
    result<void> tell(const fate_feed::fed_row& row);

    const fates_arguments& arguments_;
    fate_feed feed_;
    std::unique_ptr<queue_survey> queue_;
    place_finder finder_;
    fate_cursor at_;              // behind what was told
    std::uint64_t begun_row_ = 0; // of which some records were told by a run before
    bool owes_all_ = false;       // each row from here on
};

result<void> telling_fates::begin() {
    const auto known = feed_.look();
    if (!known) return known.error();
    at_.epoch = known->epoch;
    if (arguments_.after) {
        const fate_cursor& after = *arguments_.after;
        if (after.epoch != known->epoch)
            return failure{"the cursor is of another history: the state database was made anew, or "
                           "replaced by an older copy, and records may have got fates again; begin "
                           "with --since"};
        if (after.row > known->last)
            return failure{"the cursor lies behind all that the history has; it is not of this "
                           "state"};
        // The row of the cursor itself may be gone when all of it was told.
        if (after.row + 1 < known->first)
            return failure{"the history does not go back to the cursor any more (state.history); "
                           "begin with --since"};
        at_ = after;
        begun_row_ = after.row;
        --at_.row;
        owes_all_ = after.row >= known->first; // its own row, too
    } else if (arguments_.since) {
        const auto first = feed_.first_since(*arguments_.since);
        if (!first) return first.error();
        at_.row = *first - 1;
    }
    return {};
}

result<void> telling_fates::tell(const fate_feed::fed_row& row) {
    std::uint64_t number = 0;
    const std::uint64_t told_before = row.number == begun_row_ ? arguments_.after->records : 0;
    for (const settled_record& record : row.outcome.records) {
        if (++number <= told_before) continue;
        auto place = finder_.find(record.file, record.ordinal);
        if (!place) return place.error();
        const told_fate told{
            {at_.epoch, row.number, number}, record, std::move(*place), row.outcome};
        print_text(arguments_.as_csv ? fate_as_csv(told) : fate_as_json(told));
        if (printing_failed()) break;
    }
    return {};
}

// False: there is no more now.
result<bool> telling_fates::step() {
    auto rows = feed_.rows_after(at_.row, rows_of_a_read);
    // The daemon is in a commit, and it passes.
    if (!rows && rows.error().code == EBUSY) return false;
    if (!rows) return rows.error();
    for (const fate_feed::fed_row& row : *rows) {
        if (owes_all_ && row.number != at_.row + 1)
            return failure{"rows behind the cursor have left the history (state.history) before "
                           "they were read; begin with --since"};
        if (auto told = tell(row); !told) return told.error();
        at_.row = row.number;
        if (printing_failed()) return false;
    }
    owes_all_ = owes_all_ || arguments_.after || rows->empty();
    return !rows->empty();
}

result<void> telling_fates::run() {
    if (auto begun = begin(); !begun) return begun;
    if (arguments_.as_csv && !arguments_.after) print_text(fate_csv_heading());
    while (!printing_failed()) {
        const auto more = step();
        if (!more) return more.error();
        if (*more) continue;
        if (!arguments_.follow || flush_printed() != 0) break;
        std::this_thread::sleep_for(looks_every);
    }
    return {};
}

} // namespace

int run_fates(const command_context& context, const fates_arguments& arguments) {
    // Becomes the state's owner.
    if (auto store = open_for_reading(context); !store)
        return complain(exit_failed, store.error().message);
    auto feed = fate_feed::open(context.options.state.directory);
    if (!feed) return complain(exit_failed, feed.error().message);
    auto queue = look_into_queue(context.options.queue);
    if (!queue) return complain(exit_failed, queue.error().message);
    const auto told = telling_fates(context, arguments, std::move(*feed), std::move(*queue)).run();
    return told ? exit_done : complain(exit_failed, told.error().message);
}

} // namespace hubspool
