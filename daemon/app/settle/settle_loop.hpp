// The state thread: makes outcomes durable, keeps the files' books, and moves files out of cur/.
//
// Order is its whole point: outcomes commit in the order of the answers, a frontier before anything
// is sent under it, the outcome before the move, and files leave in number order. While the disk is
// full it keeps trying, and the loop thread stops sending when too many outcomes wait.
#pragma once

#include "app/settle/late_growth.hpp"
#include "app/settle/settle_messages.hpp"
#include "app/settle/space_watch.hpp"
#include "base/log.hpp"
#include "base/mailbox.hpp"
#include "config/settings.hpp"
#include "core/books/queue_books.hpp"
#include "spool/queue_directory.hpp"
#include "state/state_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

class settle_loop {
public:
    settle_loop(queue_directory& queue, state_store& store, const settings& options,
                const hubspool::totals& before, run_mark mark);

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
    run_mark mark_;
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
