// The state thread: makes outcomes durable, keeps the files' books, and moves files out of cur/.
//
// Order is its whole point: outcomes commit in the order of the answers, a frontier before anything
// is sent under it, the outcome before the move, and files leave in number order. While the disk is
// full it keeps trying, and the loop thread stops sending when too many outcomes wait. It runs and
// hands over: what is to be committed, and when, is decided by core/books/group_commit.hpp and
// core/books/queue_books.hpp.
#pragma once

#include "app/settle/commit_writer.hpp"
#include "app/settle/file_exits.hpp"
#include "app/settle/housekeeping.hpp"
#include "app/settle/settle_messages.hpp"
#include "app/settle/settle_reports.hpp"
#include "base/log.hpp"
#include "base/mailbox.hpp"
#include "config/settings.hpp"
#include "core/books/group_commit.hpp"
#include "core/books/queue_books.hpp"
#include "spool/queue_directory.hpp"
#include "state/operator_requests.hpp"
#include "state/outcome_store.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hubspool {

class settle_loop {
public:
    // All references must outlive it. `before`: what the runs before have counted. `mark`: of this
    // run.
    settle_loop(queue_directory& queue, outcome_store& outcomes, operator_requests& requests,
                const settings& options, const totals& before, const run_mark& mark);

    // Before run(): what recovery found in cur/ (see queue_books), and who is told.
    void restore(open_file file, std::uint64_t unread_from) {
        books_.restore(std::move(file), unread_from);
    }
    void set_events(settle_events events) { events_ = std::move(events); }
    // Of batches that were wholly delivered.
    void log_clean_batches_at(log::level level) { clean_at_ = level; }

    // The thread's body; ends when stop() was called and everything told before is durable.
    void run();
    void stop() { box_.close(); }
    mailbox<settle_message>& box() { return box_; }
    // After run() has ended.
    void write_last_status(const std::string& json);
    std::size_t files_left() const { return books_.size().files; }
    // Of these, the settled ones that wait for no other file.
    std::size_t exits_due() const { return books_.may_leave().size(); }
    std::uint64_t files_rejected() const { return exits_.rejected(); }
    // What a file in cur/ costs here beside its name, with one block and its settled records.
    static constexpr std::size_t open_file_bytes = sizeof(open_file) + 160;

private:
    bool due() const { return gathered_.due(books_); }
    milliseconds time_to_wait() const;
    void take_in(std::vector<settle_message> messages);
    void wait_for_more();
    // One specialisation for each kind of message.
    template <class Message>
    void on(Message& m);
    bool commit();
    bool wait_to_write();
    void put_aside(std::vector<settle_message> messages);
    void tell_open_files();

    outcome_store& outcome_store_;
    operator_requests& requests_;
    const settings& options_;
    settle_events events_;
    mailbox<settle_message> box_{10000}; // some 5 MB

    queue_books books_;
    group_commit gathered_;
    commit_writer writer_;
    file_exits exits_;
    housekeeping housekeeping_;

    std::vector<settle_message> backlog_;           // came while a full disk stood in the way
    std::pair<std::size_t, std::size_t> told_open_; // files, and settled ones
    settle_reports reports_;
    log::level clean_at_ = log::level::info;
};

} // namespace hubspool
