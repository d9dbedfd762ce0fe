// Numbers that fit neither a double nor 64 bits, such as 1E400: JSON knows no limit, simdjson does.
//
// HubSpot takes them as text, so the stand-in keeps their digits: as strings with a mark, which
// append_value() takes off again.
#pragma once

#include <string>
#include <string_view>

namespace hubspool::simulator {

// In no JSON text: a control character must be escaped there.
inline constexpr std::string_view wide_number_mark = "\x01number:";

// `json` with each of them as a string; all else byte by byte.
std::string quote_wide_numbers(std::string_view json);

} // namespace hubspool::simulator
