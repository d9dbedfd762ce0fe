// What an operator has asked for with `pause` and `resume`. A value.
#pragma once

#include <cstdint>

namespace hubspool {

struct operator_request {
    bool paused = false;
    // Raised by each resume: the daemon ends suspect_data when it moved.
    std::uint64_t resumes = 0;
};

} // namespace hubspool
