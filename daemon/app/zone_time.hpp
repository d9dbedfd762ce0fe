// The clock on the wall of a time zone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace hubspool {

// For csv_options::utc_of_local. Where clocks are set back over a time, the first one is meant.
// Null without a zone, or of one that the system's time zone database does not know. Any thread.
std::function<std::optional<std::int64_t>(std::int64_t)> utc_of_local(const std::string& zone);

} // namespace hubspool
