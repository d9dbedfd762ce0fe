#include "spool/queue_source.hpp"

#include "base/clocks.hpp"
#include "core/words/named_as_of.hpp"
#include "spool/claims/claimed_opening.hpp"
#include "spool/reading/wary_reader.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <cstdint>
#include <limits>
#include <utility>

namespace hubspool {

namespace {

std::string shown(const order_key& horizon) {
    return iso_time(wall_time(milliseconds(static_cast<std::int64_t>(horizon.as_of))));
}

// Each of its records without an as_of of its own would be a dead letter. Empty: it is not.
std::string why_too_late(const claimed_file& file, const order_key& horizon) {
    const order_key last = file.order.key({}, std::numeric_limits<std::uint64_t>::max());
    const bool is_replay = file.order.base.has_value();
    if ((!find_as_of(file.name) && !is_replay) || last >= horizon) return {};
    if (is_replay)
        return fmt::format("what it replays lies before all that is still known of what was "
                           "delivered, which begins at {}: HubSpot may have newer values. Look "
                           "there; if these are wanted, replay it with --as-newest",
                           shown(horizon));
    return fmt::format("its as_of lies before all that is still known of what was delivered, which "
                       "begins at {}: HubSpot may have newer values. Look there; if these are "
                       "wanted, take as_of= out of its name and queue the file again",
                       shown(horizon));
}

} // namespace

std::string why_none_is_taken(const file_to_read& next, const order_key& horizon) {
    // Its records would count as of their arrival, and undo what is newer than they are.
    std::string why = why_no_order(next.file.number, next.file.order.stamp, next.file.name);
    if (why.empty() && next.from.offset == 0) why = why_too_late(next.file, horizon);
    return why;
}

std::unique_ptr<file_reader> read_claimed(int descriptor, const file_to_read& next,
                                          const file_reader_options& how,
                                          const late_options& late) {
    auto reader = file_reader::make(descriptor, next.file, next.from, how);
    // What was begun goes on as it began.
    const bool may_be_late = late.horizon != order_key{} && next.from.offset == 0;
    return may_be_late ? make_wary(std::move(reader), late) : std::move(reader);
}

result<std::unique_ptr<queue_source>>
queue_source::open(queue_directory& queue, file_reader_options reading, const late_options& late) {
    auto watcher = queue_watcher::open(queue.layout().path, queue.layout().left_alone);
    if (!watcher) return watcher.error();
    return std::make_unique<queue_source>(queue, std::move(reading), late, std::move(*watcher));
}

queue_source::queue_source(queue_directory& queue, file_reader_options reading,
                           const late_options& late, std::unique_ptr<queue_watcher> watcher)
    : queue_(queue), reading_(std::move(reading)), late_(late), watcher_(std::move(watcher)),
      finder_(queue.layout()) {
}

scan_result queue_source::scan(next_claim& next, std::uint64_t large_files_above) {
    queue_.arrivals().number_large_files_above(large_files_above);
    scan_result found =
        queue_.arrivals().scan(next, files_a_scan, [this](lane which, const std::string& name) {
            return watcher_->announced(which, name);
        });
    // A claim has answered what inotify announced.
    for (const claimed_file& file : found.claimed) watcher_->forget(file.lane, file.name);
    return found;
}

result<std::vector<claimed_file>> queue_source::claimed_above(std::uint64_t number,
                                                              std::size_t files_max, lane which) {
    std::vector<skipped_name> skipped; // told at the start
    return queue_.survey().claimed_page(number, files_max, skipped, which);
}

opening queue_source::open(const file_to_read& next, std::function<bool()> keep_on) {
    std::string why = why_none_is_taken(next, late_.horizon);
    if (!why.empty()) {
        failed_opening failed;
        failed.why = std::move(why);
        return failed;
    }
    const result<int> opened = open_claimed_file(finder_, next.file);
    // Not all failures are final: a second link may go, a lease may end.
    if (!opened) return weigh(next.file, opened.error());
    file_reader_options how = reading_;
    how.keep_on = std::move(keep_on);
    return read_claimed(*opened, next, how, late_);
}

failed_opening queue_source::weigh(const claimed_file& file, const failure& why) {
    failed_opening out;
    out.why = why.message;
    if (why.code == EAGAIN) {
        out.obstacle = opening_obstacle::links;
        const auto look = finder_.look(file);
        out.patience = look && *look ? patience_with_links((*look)->ctime_ns, reading_.quiet_period,
                                                           wall_now())
                                     : reading_.quiet_period;
    } else if (why.code == EBUSY) {
        out.obstacle = opening_obstacle::lease;
        // A second more than the kernel gives the holder (fcntl(2), F_SETLEASE).
        out.patience = lease_break_time() + std::chrono::seconds(1);
    } else if (why.code == EMFILE || why.code == ENFILE || why.code == ENOMEM) {
        // Not the file's fault: there is too little of something in this process.
        out.obstacle = opening_obstacle::of_process;
    }
    return out;
}

} // namespace hubspool
