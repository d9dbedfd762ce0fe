// Dates as HTTP writes them (RFC 7231 section 7.1.1.1), and the wait that Retry-After asks for.
// Pure. What cannot be read is nothing, never an error: the header is a hint.
#pragma once

#include "core/words/time.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace hubspool {

// Longer waits are not believed: HubSpot's longest, a migration, takes up to a day.
inline constexpr milliseconds retry_after_max = std::chrono::hours(24);

// Reads the three forms every recipient has to accept: "Sun, 06 Nov 1994 08:49:37 GMT",
// "Sunday, 06-Nov-94 08:49:37 GMT" (years 1970 to 2069) and "Sun Nov  6 08:49:37 1994".
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// `retry_after` is a number of seconds, or a date that is held against `date`, the Date header of
// the same answer: so a wrong clock on either side does not matter. Nothing unless the wait is
// within 0 and retry_after_max.
std::optional<milliseconds> parse_retry_after(std::string_view retry_after, std::string_view date);

} // namespace hubspool
