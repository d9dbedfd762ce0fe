// Text in UTF-16 for tests.
#pragma once

#include "spool/unpacking/utf16_decoder.hpp"

#include <string>
#include <string_view>

namespace hubspool {

inline void append_unit(std::string& out, char16_t unit, utf16_order order) {
    const char low = static_cast<char>(unit & 0xff), high = static_cast<char>(unit >> 8);
    out += order == utf16_order::little ? low : high;
    out += order == utf16_order::little ? high : low;
}

inline std::string in_utf16(std::u16string_view units, utf16_order order) {
    std::string out;
    for (const char16_t unit : units) append_unit(out, unit, order);
    return out;
}

// Of ASCII.
inline std::string in_utf16(std::string_view text, utf16_order order) {
    return in_utf16(std::u16string(text.begin(), text.end()), order);
}

} // namespace hubspool
