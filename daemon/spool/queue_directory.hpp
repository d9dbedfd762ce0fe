// The queue directory, as the process that works on it has it: locked, and in four parts, each the
// business of one thread. See README.md, "The queue directory".
//
// All access is by descriptor beneath the queue's root, nothing follows a link, and no move
// replaces. A directory listing is the truth; inotify only says when to look
// (spool/arrivals/queue_watcher.hpp). The parts share no mutable state: the directory descriptors
// are opened once.
#pragma once

#include "base/result.hpp"
#include "core/words/run_mark.hpp"
#include "spool/arrivals/queue_scan.hpp"
#include "spool/claims/queue_moves.hpp"
#include "spool/queue_layout.hpp"
#include "spool/queue_options.hpp"
#include "spool/queue_survey.hpp"

#include <memory>
#include <optional>

namespace hubspool {

class queue_directory {
public:
    // Creates what is missing (tmp new bulk 3770 of the producers' group, cur done rejected 0700)
    // and takes the queue's lock. Fails when another process has it (its pid is in the message) or
    // the place cannot be used.
    static result<std::unique_ptr<queue_directory>> open(const queue_options& options);

    queue_scan& arrivals() { return arrivals_; }           // what is claimed next: intake thread
    queue_moves& moves() { return moves_; }                // out of cur/: state thread
    const queue_survey& survey() const { return survey_; } // what lies there: any thread
    const queue_layout& layout() const { return *layout_; }

    // See spool/claims/stamp_claims.hpp. The start, before anything is read.
    result<void> stamp_claims(as_of_ms newest) const;

    // cur/.run: what a lost or old state database is told by. Written without fsync. State thread,
    // and the start before it runs.
    result<std::optional<run_mark>> read_run_mark() const;
    result<void> write_run_mark(const run_mark& mark) const;
    // All that runs before have moved is durable then.
    result<void> sync_moves_of_before() const;

    // Of open(): the parts of an opened layout.
    queue_directory(std::shared_ptr<const queue_layout> layout, milliseconds quiet_period);

private:
    std::shared_ptr<const queue_layout> layout_;
    queue_scan arrivals_;
    queue_moves moves_;
    queue_survey survey_;
};

} // namespace hubspool
