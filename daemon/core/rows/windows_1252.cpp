#include "core/rows/windows_1252.hpp"

#include <array>
#include <cstdint>

namespace hubspool {

namespace {

// Of the bytes 0x80 to 0x9f; all others are their own numbers.
constexpr std::array<std::uint16_t, 32> signs_from_80{
    0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x008d, 0x017d, 0x008f, 0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178};

} // namespace

void append_windows_1252(std::string& out, std::string_view text) {
    for (const char c : text) {
        unsigned number = static_cast<unsigned char>(c);
        if (number >= 0x80 && number < 0xa0) number = signs_from_80[number - 0x80];
        if (number < 0x80) {
            out += c;
            continue;
        }
        // RFC 3629 section 3: two bytes below U+0800, else three.
        if (number < 0x800) {
            out += static_cast<char>(0xc0 | number >> 6);
        } else {
            out += static_cast<char>(0xe0 | number >> 12);
            out += static_cast<char>(0x80 | (number >> 6 & 0x3f));
        }
        out += static_cast<char>(0x80 | (number & 0x3f));
    }
}

} // namespace hubspool
