// Durations and sizes with their units, as people write them in the configuration.
//
// "500ms" "10s" "5m" "12h" "7d" and "512B" "64KiB" "256MiB" "1GiB" "2TiB": one whole number and one
// unit, nothing between them; "0" needs none. Pure, any thread.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// Nothing when the text is none of the above or too large to count.
std::optional<milliseconds> parse_duration(std::string_view text);
std::optional<std::uint64_t> parse_size(std::string_view text);

// The shortest text that parse_duration and parse_size read back as the very same value.
std::string exact_duration(milliseconds value);
std::string exact_size(std::uint64_t bytes);

// "2h 5m", "64MiB": about as much, for a person to read.
std::string duration_text(milliseconds value);
std::string size_text(std::uint64_t bytes);

} // namespace hubspool
