// How a run begins. A value.
#pragma once

#include "core/engine/drain_rule.hpp"
#include "core/words/time.hpp"

#include <cstdint>

namespace hubspool {

struct run_start {
    boot_time at = {};
    drain_patience patience = {}; // of a drain
    // Of the run before:
    std::uint64_t last_batch = 0; // the number that it gave last
    std::uint64_t resumes = 0;    // of operators, that were heeded
};

} // namespace hubspool
