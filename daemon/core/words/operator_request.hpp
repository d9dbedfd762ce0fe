// What operators have asked for with `pause`, `resume` and `replay`, all in all. A value.
#pragma once

#include <cstdint>

namespace hubspool {

struct operator_request {
    bool paused = false;
    std::uint64_t resumes = 0;           // so many so far: a higher number is a resume to be heeded
    std::uint32_t bulk_requests_max = 0; // of the bulk lane, in a window; 0: no limit of its own

    bool operator==(const operator_request&) const = default;
};

} // namespace hubspool
