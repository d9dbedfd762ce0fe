// What `status` tells, from durable facts and from what a running daemon says of itself. Takes no
// lock.
#pragma once

#include "base/result.hpp"
#include "cli/live_daemon.hpp"
#include "config/settings.hpp"
#include "spool/queue_survey.hpp"
#include "state/books_snapshot.hpp"
#include "state/replay/replay_job.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace hubspool {

// records_in = delivered + superseded + unchanged + dead_lettered + pending, from durable facts
// alone. The state knows the records of a file when it was read to its end. Of a file that is being
// read it knows only those that are settled: these count on both sides. The others are unread here
// (bytes above the watermark), though a daemon holds some of them as pending. So pending is what
// lacks a fate in the files that were read to their end. The equation fails only when something was
// lost or counted twice.
struct record_totals {
    std::uint64_t records_in = 0, delivered = 0, superseded = 0, dead_lettered = 0, pending = 0;
    std::uint64_t overtaken = 0; // of the superseded ones
    std::uint64_t unchanged = 0;
    bool balanced() const {
        return records_in == delivered + superseded + unchanged + dead_lettered + pending;
    }
};
record_totals totals_of(const books_snapshot& books);

struct status_report {
    std::optional<live_daemon> daemon;
    std::optional<std::string> stuck; // why the daemon does not seem to move
    bool has_state = false;           // hubspool has run with this state directory
    books_snapshot books;
    record_totals totals;

    struct backlog {
        std::uint64_t files = 0, bytes = 0;
    };
    queue_backlog arrivals;       // in new/, bulk/ and tmp/
    backlog waiting;              // in new/ and bulk/, and to be claimed
    backlog unread;               // these, and what is not read to its end in cur/
    std::uint64_t open_files = 0; // in cur/
    struct waiting_exits {        // of these, settled ones that only wait for their turn to leave
        std::uint64_t files = 0;
        std::uint64_t behind = 0; // the number of the first file that is not settled
        lane behind_lane = lane::live;
    } waits_for_turn;
    std::uint64_t rejected = 0;       // files, without their reasons
    std::uint64_t free_bytes = 0;     // of the queue's file system
    std::optional<wall_time> oldest;  // when the first file that has not left cur/ was taken up
    std::vector<file_row> mismatched; // files whose sums disagree

    std::optional<std::uint64_t> unread_records; // as in the files of late; nothing: unknown
    // All that waits, at the present limit and with batches, merging and answers as in this run;
    // nothing when it cannot be told. `flows` is false when sending stands still: it counts from
    // when it goes on.
    std::optional<milliseconds> sending_takes;
    bool flows = false;

    // A replay that is not over.
    std::optional<std::pair<replay_job, replay_progress>> replay;

    // What the daemon says of itself; null: there is none, or it starts.
    const daemon_status* told() const {
        return daemon && daemon->status ? &*daemon->status : nullptr;
    }
    // The queue's file system has less free than queue.reserve.
    bool lacks_reserve(const settings& options) const {
        return free_bytes < options.queue.reserve_bytes;
    }
    // Until when stamps stand still, since the clock was set back; nothing: it was not.
    std::optional<wall_time> clock_lags_until(wall_time now) const;
    bool is_unreachable() const { return told() != nullptr && told()->is_unreachable(); }
};

result<status_report> make_status_report(const settings& options);

} // namespace hubspool
