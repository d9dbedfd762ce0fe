#include "cli/drain/drain_wait.hpp"

#include "base/clocks.hpp"
#include "cli/drain/bulk_hold.hpp"
#include "cli/drain/state_facts.hpp"
#include "cli/live_daemon.hpp"
#include "cli/queue_files.hpp"
#include "spool/arrivals/skipped_name.hpp"
#include "state/state_store.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hubspool {

namespace {

constexpr std::chrono::milliseconds poll_every{200};
// The clock of files goes in steps: within one, nobody knows what came first.
constexpr milliseconds clock_blur{20};

// How long a daemon may take to claim what it sees, or to step over it.
milliseconds claim_patience(const queue_settings& queue) {
    return queue.quiet_period + queue.scan_interval + std::chrono::seconds(2);
}

} // namespace

drain_wait::drain_wait(const settings& options, std::optional<milliseconds> deadline,
                       std::unique_ptr<queue_survey> queue, std::unique_ptr<history> store)
    : options_(&options), queue_(std::move(queue)), store_(std::move(store)), started_(boot_now()),
      called_(wall_now()),
      claims_(queue_->waiting_since(called_), claim_patience(options.queue), started_),
      rule_(drain_patience::until(deadline), started_) {
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
    wait.requests_before_ = books->meta.totals.requests;
    for (const file_row& row : books->files) wait.rows_before_[row.number] = row;
    wait.first_ = lowest->value_or(books->meta.last_number + 1);
    wait.facts_ = facts_of(books->meta);
    return wait;
}

result<std::optional<run_result>> drain_wait::wait(const stop_signals& signals) {
    while (true) {
        const bool stopped = signals.stopped().has_value();
        // Looked at before anything else: whatever stops the wait, what is done counts.
        const auto left = all_left();
        if (!left) return left.error();
        const auto daemon = find_daemon(*options_);
        if (const auto learnt = learn(daemon); !learnt) return learnt.error();
        facts_.everything_settled = *left;
        facts_.unclaimed = *left ? why_unclaimed() : "";
        facts_.stop_asked = stopped;
        if (auto end = rule_.look(facts_, boot_now())) {
            auto ended = result_of(std::move(*end));
            if (!ended) return ended.error();
            return std::optional(std::move(*ended));
        }
        // It ended: the caller goes on by itself.
        if (!daemon) return std::optional<run_result>();
        (void)signals.wait_for(poll_every);
    }
}

// What was there at the call, and the other process did not claim in its time.
std::string drain_wait::why_unclaimed() {
    // What came after the call is not waited for.
    if (queue_->waiting_since(called_) == 0) return {};
    const auto arrivals = queue_->waiting();
    if (!arrivals) return arrivals.error().message;
    if (arrivals->blocked_files > 0)
        return "not all files could be claimed: " +
               summary_of(arrivals->blocked, arrivals->blocked_files);
    // Within one step of the clock nobody knows what came first.
    if (queue_->waiting_since(called_ - clock_blur) == 0) return {};
    return fmt::format("{} files that were in new/ and bulk/ are still there; the log of the other "
                       "process says why",
                       claims_.waiting());
}

result<bool> drain_wait::all_left() {
    if (!last_) {
        if (!claims_.has_ended(queue_->waiting_since(called_), boot_now())) return false;
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

result<void> drain_wait::learn(const std::optional<live_daemon>& daemon) {
    const auto meta = store_->load_meta();
    // The daemon is in a commit: what was known before is good enough until the next look.
    if (!meta && meta.error().code != EBUSY) return meta.error();
    if (meta) facts_ = facts_of(*meta);
    // Silence tells nothing while nothing can be sent.
    facts_.may_send = !daemon || !daemon->status || !daemon->status->reads_first();
    return {};
}

// The night is over for bulk; live changes are the daemon's at any time.
result<void> drain_wait::stop_bulk(std::string& words) {
    const auto other = find_daemon(*options_);
    // Another drain has a deadline of its own, or none.
    const bool is_daemon = other && other->status && other->status->command == "run";
    if (!is_daemon) {
        words += "; the other process goes on";
        return {};
    }
    words +=
        "; the daemon goes on with live changes, bulk files wait for the next `hubspool drain`, "
        "or `hubspool resume`";
    return hold_bulk(*options_);
}

result<run_result> drain_wait::result_of(drain_end end) {
    const auto meta = store_->load_meta();
    if (!meta) return meta.error();
    const auto rows = store_->load_files(first_);
    if (!rows) return rows.error();
    const settled_since since =
        count_settled_since(rows_before_, *rows, first_, last_.value_or(no_file));
    end = sum_up(std::move(end), {since.counts.dead, since.rejected_files, 0});
    if (end.why == drain_end::cause::stopped) end.words += "; the other process goes on";
    if (end.why == drain_end::cause::too_late) {
        if (auto held = stop_bulk(end.words); !held) return held.error();
    }

    run_result ended{end.exit_code, std::move(end.words), {}, 0, boot_now() - started_, 0};
    ended.requests = meta->totals.requests - std::min(meta->totals.requests, requests_before_);
    ended.rejected_files = since.rejected_files;
    ended.totals.delivered = since.counts.delivered;
    ended.totals.superseded = since.counts.superseded;
    ended.totals.dead_lettered = since.counts.dead;
    ended.totals.overtaken = since.counts.overtaken;
    ended.totals.unchanged = since.counts.unchanged;
    return ended;
}

} // namespace hubspool
