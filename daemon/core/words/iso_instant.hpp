// Moments in ISO 8601, in the basic and the extended form.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hubspool {

// Day, time of day and zone: 20261130T010000Z, 2026-11-30T01:00:00.125+01:00. Seconds may be left
// out, and so may the minutes of the zone. The day must exist; a leap second is the one after.
//
// Milliseconds since 1970, a finer fraction cut off. Takes from the front of `text` what it used;
// nothing, and `text` as it was, when no such moment stands there.
std::optional<std::int64_t> take_iso_instant(std::string_view& text);

// The same of the whole text.
std::optional<std::int64_t> iso_instant(std::string_view text);

} // namespace hubspool
