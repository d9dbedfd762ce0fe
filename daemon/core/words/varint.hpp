// Unsigned LEB128 and length-prefixed strings, for what is kept by the million.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace hubspool {

inline constexpr std::size_t varint_bytes_max = 10;

inline std::size_t varint_size(std::uint64_t value) {
    return (static_cast<std::size_t>(std::bit_width(value | 1)) + 6) / 7;
}

// Writes it at `out`, which has room for varint_bytes_max; gives its end.
inline char* write_varint(char* out, std::uint64_t value) {
    while (value >= 0x80) {
        *out++ = static_cast<char>((value & 0x7f) | 0x80);
        value >>= 7;
    }
    *out++ = static_cast<char>(value);
    return out;
}

// Small distances in either direction become small numbers.
inline std::uint64_t zigzag(std::uint64_t from, std::uint64_t to) {
    const std::uint64_t distance = to - from;
    return distance << 1 ^ (distance >> 63 != 0 ? ~std::uint64_t{0} : 0);
}
inline std::uint64_t unzigzag(std::uint64_t from, std::uint64_t coded) {
    return from + (coded >> 1 ^ ((coded & 1) != 0 ? ~std::uint64_t{0} : 0));
}

inline void put_varint(std::string& out, std::uint64_t value) {
    if (value < 0x80) return out.push_back(static_cast<char>(value)); // as most are
    char coded[varint_bytes_max];
    out.append(coded, write_varint(coded, value));
}

// Reads what write_varint wrote and moves `in` past it. For bytes of our own memory only: nothing
// is checked.
inline std::uint64_t read_varint(const char*& rest) {
    auto byte = static_cast<unsigned char>(*rest++);
    std::uint64_t value = byte & 0x7fU;
    for (unsigned shift = 7; byte >= 0x80; shift += 7) {
        byte = static_cast<unsigned char>(*rest++);
        value |= std::uint64_t{byte & 0x7fU} << shift;
    }
    return value;
}

// Takes the value off the front of `in`. Truncated input empties `in` and gives what was there: a
// caller that reads from disk checks `in` against the counts it expects.
inline std::uint64_t get_varint(std::string_view& rest) {
    std::uint64_t value = 0;
    unsigned shift = 0;
    while (!rest.empty()) {
        const auto byte = static_cast<unsigned char>(rest.front());
        rest.remove_prefix(1);
        if (shift < 64) value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        shift += 7;
        if ((byte & 0x80) == 0) break;
    }
    return value;
}

// The lowest `bytes` of it, little endian.
inline void put_little(std::string& out, std::uint64_t value, std::size_t bytes) {
    for (; bytes > 0; --bytes, value >>= 8) out.push_back(static_cast<char>(value & 0xff));
}
// Takes it off the front; cut short it gives what was there.
inline std::uint64_t get_little(std::string_view& rest, std::size_t bytes) {
    std::uint64_t value = 0;
    for (unsigned shift = 0; bytes > 0 && !rest.empty(); --bytes, shift += 8) {
        value |= std::uint64_t{static_cast<unsigned char>(rest.front())} << shift;
        rest.remove_prefix(1);
    }
    return value;
}

inline void put_string(std::string& out, std::string_view text) {
    put_varint(out, text.size());
    out.append(text);
}

inline std::string_view get_string(std::string_view& rest) {
    const std::uint64_t size = get_varint(rest);
    const std::string_view text = rest.substr(0, size < rest.size() ? size : rest.size());
    rest.remove_prefix(text.size());
    return text;
}

} // namespace hubspool
