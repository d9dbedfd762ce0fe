// The only place that reads clocks, and how wall time is written.
#pragma once

#include "core/words/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

boot_time boot_now();
wall_time wall_now();

std::string iso_time(wall_time at); // 2026-11-23T22:41:34.120Z
std::optional<std::string> iso_time(const std::optional<wall_time>& at);
std::string iso_day(wall_time at); // 2026-11-23
// Exactly as iso_time() writes it; nothing: it is not.
std::optional<wall_time> parse_iso_time(std::string_view text);

} // namespace hubspool
