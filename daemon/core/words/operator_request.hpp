// What operators have asked for with `pause`, `resume`, `replay` and a drain's deadline, all in
// all. Values.
#pragma once

#include <cstdint>

namespace hubspool {

enum class operator_command : std::uint8_t {
    pause,        // nothing is sent until `resume`
    resume,       // ends all that the others ask for, and the park for suspect data
    hold_bulk,    // a drain came to its deadline: bulk waits for the next one, or `resume`
    release_bulk, // the next one
};

struct operator_request {
    bool paused = false;
    std::uint64_t resumes = 0;           // so many so far: a higher number is a resume to be heeded
    bool bulk_held = false;              // nothing of the bulk lane is to be sent
    std::uint32_t bulk_requests_max = 0; // of the bulk lane, in a window; 0: no limit of its own

    bool operator==(const operator_request&) const = default;
};

} // namespace hubspool
