#include "cli/hold_text.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"
#include "core/json/json_lookup.hpp"

#include <fmt/core.h>

namespace hubspool {

namespace {
constexpr std::size_t reason_shown_max = 1000;
}

std::optional<told_hold> hold_at(const std::string& live, std::size_t index, wall_time now) {
    const auto of = [&](const char* key) {
        return json_text_at(live, fmt::format("/holds/{}/{}", index, key));
    };
    // The list ends where no further hold has a reason.
    const auto reason = of("reason");
    if (!reason) return std::nullopt;
    told_hold hold{of("kind").value_or(""), one_line(*reason, reason_shown_max)};
    const auto until = of("until");
    constexpr std::size_t day_bytes = 10, to_the_second = 19;
    if (!until || until->size() < to_the_second) return hold;
    // Today's date would only lengthen the line.
    const bool today = until->substr(0, day_bytes) == iso_day(now);
    const std::string day = today ? "" : until->substr(0, day_bytes) + " ";
    hold.text += fmt::format(", until {}{}Z", day,
                             until->substr(day_bytes + 1, to_the_second - day_bytes - 1));
    return hold;
}

} // namespace hubspool
