#include "cli/drain/drain_wait.hpp"

#include "base/clocks.hpp"
#include "cli/live_daemon.hpp"
#include "cli/queue_files.hpp"
#include "cli/submit/settle_wait.hpp"
#include "spool/arrivals/left_alone_names.hpp"
#include "spool/arrivals/skipped_name.hpp"
#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace hubspool {

namespace {

constexpr std::chrono::milliseconds poll_every{200};
// The clock of files goes in steps: within one, nobody knows what came first.
constexpr milliseconds clock_blur{20};
constexpr milliseconds quiet_max = std::chrono::minutes(10);

// Files in new/ or bulk/ that came before `at`.
std::uint64_t count_older(const std::string& directory, const left_alone_names& left_alone,
                          wall_time at) {
    std::uint64_t files = 0;
    std::error_code ec;
    // The producers' files may come and go while they are listed.
    for (auto next = std::filesystem::directory_iterator(directory, ec);
         !ec && next != std::filesystem::directory_iterator(); next.increment(ec)) {
        struct stat found{};
        if (left_alone.contain(next->path().filename().string())) continue;
        if (::lstat(next->path().c_str(), &found) != 0) continue;
        // ctime: when it came into the directory, whatever its producer set.
        const wall_time came(std::chrono::seconds(found.st_ctim.tv_sec) +
                             milliseconds(found.st_ctim.tv_nsec / 1000000));
        if (came <= at) ++files;
    }
    return files;
}

std::uint64_t count_older_in_lanes(const settings& options, wall_time at) {
    std::uint64_t files = 0;
    const left_alone_names left_alone(options.queue.ignore);
    for (const lane in : {lane::live, lane::bulk})
        files += count_older(fmt::format("{}/{}", options.queue.directory, lane_directory(in)),
                             left_alone, at);
    return files;
}

std::uint64_t grown(std::uint64_t before, std::uint64_t now) {
    return now - std::min(now, before);
}

// How long a daemon may take to claim what it sees, or to step over it.
milliseconds patience(const settings& options) {
    return options.queue.quiet_period + options.queue.scan_interval + std::chrono::seconds(2);
}

} // namespace

drain_wait::drain_wait(const settings& options, std::optional<milliseconds> deadline,
                       std::unique_ptr<queue_survey> queue, std::unique_ptr<state_store> store)
    : options_(&options), deadline_(deadline), queue_(std::move(queue)), store_(std::move(store)),
      started_(boot_now()), called_(wall_now()), claiming_until_(started_ + patience(options)),
      last_delivery_(started_) {
}

result<drain_wait> drain_wait::begin(const settings& options,
                                     std::optional<milliseconds> deadline) {
    auto queue = look_into_queue(options.queue);
    if (!queue) return queue.error();
    auto store = state_store::open(options.state.directory, state_store::access::read_only);
    if (!store) return store.error();
    drain_wait wait(options, deadline, std::move(*queue), std::move(*store));

    // Before the rows: what leaves in between has its row all the same.
    const auto lowest = wait.queue_->lowest_claimed();
    if (!lowest) return lowest.error();
    const auto books = wait.store_->load_books(lowest->value_or(no_file));
    if (!books) return books.error();
    // From these the sums of this call are counted.
    wait.before_ = books->meta.totals;
    wait.delivered_ = wait.before_.delivered;
    for (const file_row& row : books->files) wait.rows_before_[row.number] = row;
    wait.first_ = lowest->value_or(books->meta.last_number + 1);
    wait.waiting_ = count_older_in_lanes(options, wait.called_);
    return wait;
}

result<std::optional<run_result>> drain_wait::wait(const stop_signals& signals) {
    while (true) {
        const bool stopped = signals.stopped().has_value();
        // Looked at before anything else: whatever stops the wait, what is done counts.
        const auto left = all_left();
        if (!left) return left.error();
        auto why = *left ? result<std::optional<std::string>>(std::nullopt) : reason_to_stop();
        if (!why) return why.error();
        if (stopped && !*left && !*why)
            *why = "stopped by a signal before the queue was empty; the other process goes on";
        if (*left || *why) {
            const std::string unclaimed = *left ? why_unclaimed() : "";
            const bool all = *left && unclaimed.empty();
            auto ended = sum_up(all ? 0 : 4, *left ? unclaimed : why->value_or(""));
            if (!ended) return ended.error();
            return std::optional(std::move(*ended));
        }
        // It ended: the caller goes on by itself.
        if (!find_daemon(*options_)) return std::optional<run_result>();
        (void)signals.wait_for(poll_every);
    }
}

bool drain_wait::all_claimed() {
    const std::uint64_t waiting = count_older_in_lanes(*options_, called_);
    const boot_time now = boot_now();
    // Each claim shows that it is at work, and gives it more time.
    if (waiting < waiting_) claiming_until_ = now + patience(*options_); // claiming goes on
    waiting_ = waiting;
    return waiting == 0 || now >= claiming_until_;
}

// What was there at the call, and the other process did not claim in its time.
std::string drain_wait::why_unclaimed() {
    // What came after the call is not waited for.
    if (count_older_in_lanes(*options_, called_) == 0) return {};
    const auto arrivals = queue_->waiting();
    if (!arrivals) return arrivals.error().message;
    if (arrivals->blocked_files > 0)
        return "not all files could be claimed: " +
               summary_of(arrivals->blocked, arrivals->blocked_files);
    // Within one step of the clock nobody knows what came first.
    if (count_older_in_lanes(*options_, called_ - clock_blur) == 0) return {};
    return fmt::format("{} files that were in new/ and bulk/ are still there; the log of the other "
                       "process says why",
                       waiting_);
}

result<bool> drain_wait::all_left() {
    if (!last_) {
        if (!all_claimed()) return false;
        // Some may have come and gone between two looks: only the state knows their numbers.
        const auto meta = store_->load_meta();
        if (!meta) return meta.error();
        std::uint64_t last = meta->last_number;
        auto visited = each_claimed(
            *queue_, [&](const claimed_file& file) { last = std::max(last, file.number); });
        if (!visited) return visited.error();
        last_ = last;
    }
    const auto lowest = queue_->lowest_claimed();
    if (!lowest) return lowest.error();
    // Files leave in number order, so the lowest tells.
    return lowest->value_or(no_file) > *last_;
}

result<std::optional<std::string>> drain_wait::reason_to_stop() {
    const auto meta = store_->load_meta();
    // The daemon is in a commit: the next look will tell.
    if (!meta && meta.error().code == EBUSY) return std::optional<std::string>();
    if (!meta) return meta.error();
    const boot_time now = boot_now();
    // Any delivery starts the ten minutes anew.
    if (meta->totals.delivered != delivered_) last_delivery_ = now;
    delivered_ = meta->totals.delivered;
    if (const park_row* const park = park_to_stop_at(meta->parks))
        return std::optional(
            fmt::format("sending is parked ({}): {}", to_string(park->reason), park->words));
    if (deadline_ && now - started_ >= *deadline_)
        return std::optional<std::string>("the deadline has passed before the queue was empty");
    if (!deadline_ && now - last_delivery_ >= quiet_max)
        return std::optional<std::string>("nothing was delivered for ten minutes");
    return std::optional<std::string>();
}

result<run_result> drain_wait::sum_up(int exit_code, std::string why) {
    const auto meta = store_->load_meta();
    if (!meta) return meta.error();
    const auto rows = store_->load_files(first_);
    if (!rows) return rows.error();
    run_result ended{exit_code, std::move(why), {}, 0, boot_now() - started_, 0};
    ended.requests = grown(before_.requests, meta->totals.requests);
    for (const file_row& row : *rows) {
        // Others' files, or those that came after the call.
        if (row.number < first_ || (last_ && row.number > *last_)) continue;
        const auto known = rows_before_.find(row.number);
        const bool was_settled = known != rows_before_.end() && known->second.settled;
        const fate_counts before =
            known == rows_before_.end() ? fate_counts{} : known->second.counts;
        // Only what this call saw happen is counted.
        if (row.settled && row.keep_because && !was_settled) ++ended.rejected_files;
        ended.totals.delivered += grown(before.delivered, row.counts.delivered);
        ended.totals.superseded += grown(before.superseded, row.counts.superseded);
        ended.totals.dead_lettered += grown(before.dead, row.counts.dead);
    }
    const bool whole = ended.totals.dead_lettered == 0 && ended.rejected_files == 0;
    // Done, but a person should look.
    if (exit_code == 0 && !whole) ended.exit_code = 3;
    return ended;
}

} // namespace hubspool
