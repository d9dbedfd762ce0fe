#include "cli/status/hold_text.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"

#include <fmt/core.h>

namespace hubspool {

namespace {
constexpr std::size_t hold_reason_max = 1000;
}

std::string hold_text(const daemon_status::hold& hold, wall_time now) {
    std::string reason = one_line(hold.reason, hold_reason_max);
    if (!hold.until) return reason;
    const std::string until = shown_time(*hold.until);
    constexpr std::size_t clock_begins = 11; // in 2026-11-23 22:41:34Z
    // Today's date would only lengthen the line.
    const bool today = iso_day(*hold.until) == iso_day(now);
    return fmt::format("{}, until {}", reason, today ? until.substr(clock_begins) : until);
}

} // namespace hubspool
