// The state thread: makes outcomes durable, keeps the files' books, and moves files out of cur/.
//
// Order is its whole point: outcomes commit in the order of the answers, a frontier before anything
// is sent under it, the outcome before the move, and files leave in number order. While the disk is
// full it keeps trying, and the loop thread stops sending when too many outcomes wait.
#pragma once

#include "app/settle/late_growth.hpp"
#include "app/settle/space_watch.hpp"
#include "base/log.hpp"
#include "base/mailbox.hpp"
#include "config/settings.hpp"
#include "core/books/batch_outcome.hpp"
#include "core/books/queue_books.hpp"
#include "spool/queue_directory.hpp"
#include "spool/reading/file_reader.hpp"
#include "state/state_store.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace hubspool {

// What the state thread is told.
struct file_started {
    file_row row;
};
// What was read so far must outlive a restart in the middle: the first look, and why
// the file must be kept.
struct block_read {
    std::uint64_t file = 0;
    read_point from;
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::optional<std::string> keep_because;
};
struct file_read {
    std::uint64_t file;
    file_end end;
};
struct frontier_wanted {
    position upto;
};
// The day's requests; what is asked for is ahead of what was sent.
struct day_counted {
    day_count count;
};
struct outcome_ready {
    batch_outcome outcome;
    std::size_t bytes;
};
struct parks_changed {
    std::vector<park_row> parks;
};
struct live_status {
    std::string json;
};
// What has an operator wished? Answered by settle_events::wish, also while the disk is full.
struct wish_wanted {};
using settle_message =
    std::variant<file_started, block_read, file_read, frontier_wanted, day_counted, outcome_ready,
                 parks_changed, live_status, wish_wanted>;

// What it tells; called on the state thread.
struct settle_events {
    // Outcomes of these batches are durable; `bytes` of messages were dealt with.
    std::function<void(const std::vector<std::uint64_t>& batches, std::size_t bytes)> committed;
    std::function<void(position)> frontier_durable;
    std::function<void(day_count)> budget_durable;
    std::function<void(std::size_t files)> files_open; // of cur/, in memory here; when it changed
    // To each wish_wanted; nothing: the database cannot be read now.
    std::function<void(std::optional<state_store::operator_wish>)> wish;
    std::function<void(const std::string& why)> fatal; // the process must end with exit code 1
};

class settle_loop {
public:
    settle_loop(queue_directory& queue, state_store& store, const settings& options,
                const hubspool::totals& before, queue_directory::run_mark mark);

    // Before run(): what recovery found in cur/, and who is told.
    void restore(open_file file);
    void set_events(settle_events events) { events_ = std::move(events); }
    // Of batches that were wholly delivered.
    void log_clean_batches_at(log::level level) { clean_at_ = level; }

    // The thread's body; ends when stop() was called and everything told before is durable.
    void run();
    void stop() { box_.close(); }
    mailbox<settle_message>& box() { return box_; }
    // After run() has ended.
    void write_last_status(std::string json) {
        live_status last{std::move(json)};
        on(last);
    }
    std::size_t files_left() const { return books_.size(); }
    std::uint64_t files_rejected() const { return rejected_; }
    // What a file in cur/ costs here beside its name, with one block and its settled records.
    static constexpr std::size_t open_file_bytes = sizeof(open_file) + 160;

private:
    milliseconds time_to_wait() const;
    void take_in(std::vector<settle_message> messages);
    void gather();
    void on(file_started& m);
    void on(block_read& m);
    void on(file_read& m);
    void on(frontier_wanted& m);
    void on(day_counted& m);
    void on(outcome_ready& m);
    void on(parks_changed& m);
    void on(live_status& m);
    void on(wish_wanted& m);
    void touch_only_read();
    bool commit();
    bool wait_to_write(const failure& why);
    void move_files();
    std::optional<std::uint64_t> size_now(const file_row& row);
    result<void> move_out(const file_row& row);
    void look_for_late_growth(bool at_once);
    void tell_open_files();
    void housekeeping();
    void trim_history();

    queue_directory& queue_;
    state_store& store_;
    const settings& options_;
    hubspool::totals totals_;
    queue_directory::run_mark mark_;
    settle_events events_;
    mailbox<settle_message> box_{10000}; // some 5 MB

    queue_books books_;
    std::vector<settle_message> backlog_; // came while a full disk stood in the way

    // The transaction that is being gathered.
    commit_unit unit_;
    // Files that were read to their end and of which nothing is settled yet: most soon are, and are
    // then written once instead of twice.
    std::vector<std::uint64_t> only_read_;
    boot_time write_only_read_at_ = {};
    std::size_t bytes_ = 0; // of messages in it
    bool dirty_ = false;
    std::size_t committed_together_ = 0; // outcomes, the last time
    boot_time committed_at_ = {};

    log::level clean_at_ = log::level::info;
    bool failed_ = false;
    std::uint64_t rejected_ = 0; // files, in this run
    std::size_t told_open_ = 0;
    bool unwritable_ = false;  // said once
    std::string wish_trouble_; // said once
    std::string move_trouble_; // said once
    space_watch space_;
    late_growth late_growth_;
    boot_time next_housekeeping_ = {};
};

} // namespace hubspool
