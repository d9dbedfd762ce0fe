// How many dead letters there are, by what became of them. A value.
#pragma once

#include <cstdint>

namespace hubspool {

// Each letter is one of the first four, as far as the history goes.
struct letter_sums {
    std::uint64_t open = 0;
    std::uint64_t struck = 0;     // sent once more, and delivered or superseded
    std::uint64_t died_again = 0; // sent once more, and another letter now
    std::uint64_t dropped = 0;
    std::uint64_t retried = 0, held = 0; // of those that are open
    friend bool operator==(const letter_sums&, const letter_sums&) = default;
};

} // namespace hubspool
