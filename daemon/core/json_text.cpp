#include "core/json_text.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace hubspool {

namespace {

constexpr std::size_t escape_bytes_max = 6; // \u001f
// What may be written behind the end of the text, and what quotes take.
constexpr std::size_t slack_bytes = 16;

constexpr bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\';
}

// One of eight bytes needs an escape: subtracting borrows into the top bit of a byte that is too
// small.
constexpr bool has_special(std::uint64_t word) {
    constexpr std::uint64_t each = 0x0101010101010101;
    const std::uint64_t quotes = word ^ each * '"';
    const std::uint64_t slashes = word ^ each * '\\';
    const std::uint64_t below = ((word - each * 0x20) & ~word) | ((quotes - each) & ~quotes) |
                                ((slashes - each) & ~slashes);
    return (below & each * 0x80) != 0;
}

char* put_escape(char* out, unsigned char c) {
    static constexpr char hex[] = "0123456789abcdef";
    *out++ = '\\';
    switch (c) {
    case '"':
    case '\\': *out++ = static_cast<char>(c); break;
    case '\n': *out++ = 'n'; break;
    case '\r': *out++ = 'r'; break;
    case '\t': *out++ = 't'; break;
    default:
        std::memcpy(out, "u00", 3);
        out[3] = hex[c >> 4];
        out[4] = hex[c & 15];
        out += 5;
    }
    return out;
}

// The last bytes of a text, fewer than eight, as a word filled up with spaces.
std::uint64_t last_word(const char* at, std::size_t n) {
    std::uint64_t word = 0;
    if (n >= 4) {
        std::uint32_t first = 0, last = 0;
        std::memcpy(&first, at, 4);
        std::memcpy(&last, at + n - 4, 4);
        word = first | std::uint64_t{last} << (8 * (n - 4));
    } else {
        const auto byte = [&](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
        };
        word = byte(0) | byte(n / 2) | byte(n - 1);
    }
    return word | 0x2020202020202020 << (8 * n);
}

// Needs room for escape_bytes_max a byte and slack_bytes. Most strings need no escape anywhere, so
// eight bytes are looked at and copied together.
char* put_escaped(char* out, std::string_view utf8) {
    static_assert(std::endian::native == std::endian::little, "last_word() counts on it");
    const char* at = utf8.data();
    const char* const end = at + utf8.size();
    while (at != end) {
        std::uint64_t word = 0;
        const auto left = static_cast<std::size_t>(end - at);
        if (left >= 8) {
            std::memcpy(&word, at, 8);
        } else {
            word = last_word(at, left);
        }
        const std::size_t taken = std::min<std::size_t>(left, 8);
        if (!has_special(word)) {
            std::memcpy(out, &word, 8);
            at += taken;
            out += taken;
            continue;
        }
        for (const char* const until = at + taken; at != until; ++at) {
            if (is_plain(*at)) {
                *out++ = *at;
            } else {
                out = put_escape(out, static_cast<unsigned char>(*at));
            }
        }
    }
    return out;
}

std::size_t room_for(std::string_view utf8) {
    return escape_bytes_max * utf8.size() + slack_bytes;
}

} // namespace

void append_json_string(text_arena& out, std::string_view utf8) {
    char* at = out.room(room_for(utf8));
    *at++ = '"';
    at = put_escaped(at, utf8);
    *at++ = '"';
    out.took(at);
}

void append_json_escaped(std::string& out, std::string_view utf8) {
    if (std::all_of(utf8.begin(), utf8.end(), is_plain)) {
        out.append(utf8);
        return;
    }
    const std::size_t begin = out.size();
    out.resize(begin + room_for(utf8));
    out.resize(static_cast<std::size_t>(put_escaped(out.data() + begin, utf8) - out.data()));
}

void append_json_string(std::string& out, std::string_view utf8) {
    out.push_back('"');
    append_json_escaped(out, utf8);
    out.push_back('"');
}

} // namespace hubspool
