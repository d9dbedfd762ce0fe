// The start: asks state, cur/ and cur/.run where the run before was (core/books/start_plan.hpp
// decides what follows from it), and tells the engine.
#pragma once

#include "app/intake/intake_loop.hpp"
#include "base/result.hpp"
#include "core/books/start_plan.hpp"
#include "core/engine/engine_event.hpp"
#include "core/words/moment.hpp"
#include "spool/queue_directory.hpp"
#include "state/operator_requests.hpp"
#include "state/outcome_store.hpp"
#include "state/sending/sending_file.hpp"

namespace hubspool {

struct recovered {
    hubspool::meta meta;
    run_mark mark;           // of this run; written
    bool run_before = false; // this queue has been worked on
    intake_start intake;
    files_at_start files;
    std::uint64_t resumes = 0;                // of the operator: a later number is a resume to heed
    std::optional<std::string> database_lost; // why; nothing: it is this queue's, and up to date
};

result<recovered> recover(queue_directory& queue, outcome_store& outcomes,
                          operator_requests& requests);

// What the engine is to know of the run before: settled records, slots, holds, charges, parks.
event::run_before left_by_run_before(const recovered& found, const sending_leftovers& sent,
                                     const moment& now);

} // namespace hubspool
