// Commits to the outcome store and notes each commit in cur/.run. What stands in the way is said
// once, and that it is over, too. State thread.
#pragma once

#include "base/result.hpp"
#include "core/words/run_mark.hpp"
#include "spool/queue_directory.hpp"
#include "state/outcome_store.hpp"

namespace hubspool {

class commit_writer {
public:
    // `mark`: as cur/.run says of this run now.
    commit_writer(outcome_store& to, queue_directory& queue, run_mark mark)
        : outcome_store_(to), queue_(queue), mark_(std::move(mark)) {}

    // A failure: nothing of it is durable. It may be tried again when the failure passes().
    result<void> write(const commit_unit& unit);
    // Somebody else can end it (a full disk, a locked database), and until then nothing is lost.
    static bool passes(const failure& why);

private:
    outcome_store& outcome_store_;
    queue_directory& queue_;
    run_mark mark_;
    bool waits_ = false; // said
};

} // namespace hubspool
