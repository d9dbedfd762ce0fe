// The clocks core is told of. It never reads one.
#pragma once

#include <chrono>
#include <cstdint>

namespace hubspool {

using std::chrono::milliseconds;

// CLOCK_BOOTTIME: goes on in suspend and is not set by anybody. All waiting is measured on it.
struct boot_clock {
    using duration = std::chrono::milliseconds;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<boot_clock>;
    static constexpr bool is_steady = true;
};
using boot_time = boot_clock::time_point;

// Milliseconds since 1970, UTC: for people and for dates of HubSpot, never for waiting.
using wall_time = std::chrono::sys_time<std::chrono::milliseconds>;

} // namespace hubspool
