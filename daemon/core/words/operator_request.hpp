// What operators have asked for with `pause` and `resume`, all in all. A value.
#pragma once

#include <cstdint>

namespace hubspool {

struct operator_request {
    bool paused = false;
    std::uint64_t resumes = 0; // so many so far: a higher number is a resume to be heeded

    bool operator==(const operator_request&) const = default;
};

} // namespace hubspool
