// The stamps that claims give.
#pragma once

#include "core/words/order_key.hpp"

#include <algorithm>
#include <cstdint>

namespace hubspool {

// What the next claim gets.
struct next_claim {
    std::uint64_t number = 1;
    as_of_ms stamp = 0; // this one or a later one: the stamp of the file before
};

// Thirteen digits, which will do until the year 2286.
inline constexpr as_of_ms stamp_max = 9'999'999'999'999;

// The stamp of a file: when it arrived, and never below that of the file before. Not the time of
// its claim: after an outage a change of 02:00 would win over an export that was cut at 05:00. It
// need not rise, since the number breaks ties: else many files of one scan would run ahead of the
// clock. A ctime in the future counts as now. All in milliseconds since 1970; never 0, which stands
// for none.
inline constexpr as_of_ms stamp_of_claim(as_of_ms before, std::int64_t ctime, std::int64_t now) {
    const std::int64_t arrived =
        std::clamp<std::int64_t>(std::min(ctime, now), 1, std::int64_t{stamp_max});
    return std::max(before, static_cast<as_of_ms>(arrived));
}

// Stamps stand still until the clock has caught up, and as_of of a clock that is right counts as
// older than what came before it was set back. A second is the blur of clocks.
inline constexpr bool clock_was_set_back(as_of_ms last_stamp, std::int64_t now) {
    return last_stamp > 1000 && static_cast<std::int64_t>(last_stamp) - 1000 > now;
}

} // namespace hubspool
