#include "core/json/json_text.hpp"

#include "core/words/utf8.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace hubspool {

namespace {

constexpr std::size_t escape_bytes_max = 6; // \u001f; U+FFFD takes three
// What may be written behind the end of the text, and what quotes take.
constexpr std::size_t slack_bytes = 16;

constexpr bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// One of eight bytes needs an escape, or a look whether it belongs to a character: subtracting
// borrows into the top bit of a byte that is too small.
constexpr bool has_special(std::uint64_t word) {
    // XOR makes the wanted byte zero: then "is this byte the quote" becomes "is this byte zero".
    constexpr std::uint64_t each = 0x0101010101010101;
    const std::uint64_t quotes = word ^ each * '"';
    const std::uint64_t slashes = word ^ each * '\\';
    // Subtracting borrows into the top bit of each byte that was smaller than what is taken from
    // it. The `& ~word` drops bytes whose top bit was set before.
    const std::uint64_t below = ((word - each * 0x20) & ~word) | ((quotes - each) & ~quotes) |
                                ((slashes - each) & ~slashes);
    return ((below | word) & each * 0x80) != 0;
}

char* put_escape(char* out, unsigned char c) {
    static constexpr char hex[] = "0123456789abcdef";
    // The short escapes exist for a few signs only; the rest is written as \u00XX.
    *out++ = '\\';
    switch (c) {
    case '"':
    case '\\': *out++ = static_cast<char>(c); break;
    case '\n': *out++ = 'n'; break;
    case '\r': *out++ = 'r'; break;
    case '\t': *out++ = 't'; break;
    default:
        // NOLINTNEXTLINE(bugprone-not-null-terminated-result): in the middle of a text
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
    // Two halves that overlap cover four to seven bytes without a loop.
    if (n >= 4) {
        std::uint32_t first = 0, last = 0;
        std::memcpy(&first, at, 4);
        std::memcpy(&last, at + n - 4, 4);
        word = first | std::uint64_t{last} << (8 * (n - 4));
    } else {
        // First, middle and last byte cover one to three bytes: some of them twice.
        const auto byte = [&](std::size_t i) {
            return std::uint64_t{static_cast<unsigned char>(at[i])} << (8 * i);
        };
        word = byte(0) | byte(n / 2) | byte(n - 1);
    }
    // Spaces are plain, so what fills the word up never asks for an escape.
    return word | 0x2020202020202020U << (8 * n);
}

// The character at `at`, which is not plain; returns where the next one begins.
const char* put_special(char*& out, const char* at, const char* end) {
    const auto first = static_cast<unsigned char>(*at);
    // ASCII that is not plain is a quote, a backslash or a control character.
    if (first < 0x80) {
        out = put_escape(out, first);
        return at + 1;
    }
    // A byte that belongs to no character becomes U+FFFD, so that a strict parser takes the text.
    const std::size_t size = utf8_size({at, static_cast<std::size_t>(end - at)});
    const std::string_view put = size == 0 ? utf8_replacement : std::string_view(at, size);
    std::memcpy(out, put.data(), put.size());
    out += put.size();
    return at + std::max<std::size_t>(size, 1);
}

// Needs room for escape_bytes_max a byte and slack_bytes. Most strings need no escape anywhere, so
// eight bytes are looked at and copied together.
char* put_escaped(char* out, std::string_view text) {
    static_assert(std::endian::native == std::endian::little, "last_word() counts on it");
    const char* at = text.data();
    const char* const end = at + text.size();
    while (at != end) {
        std::uint64_t word = 0;
        // Fewer than eight bytes are never read beyond the text's end: they may end at a page's
        // end.
        const auto left = static_cast<std::size_t>(end - at);
        if (left >= 8) {
            std::memcpy(&word, at, 8);
        } else {
            word = last_word(at, left);
        }
        const std::size_t taken = std::min<std::size_t>(left, 8);
        // Eight bytes are written even when fewer count: slack_bytes has room for them.
        if (!has_special(word)) {
            std::memcpy(out, &word, 8);
            at += taken;
            out += taken;
            continue;
        }
        // Something in these bytes needs a look: now byte by byte, up to the next word.
        for (const char* const until = at + taken; at < until;) {
            if (is_plain(*at)) {
                *out++ = *at++;
            } else {
                at = put_special(out, at, end);
            }
        }
    }
    return out;
}

std::size_t room_for(std::string_view text) {
    return escape_bytes_max * text.size() + slack_bytes;
}

} // namespace

void append_json_string(text_arena& out, std::string_view text) {
    // The room is the worst case, so nothing is checked while writing.
    char* at = out.room(room_for(text));
    *at++ = '"';
    at = put_escaped(at, text);
    *at++ = '"';
    out.took(at);
}

void append_json_escaped(std::string& out, std::string_view text) {
    // Most texts need nothing: they are appended without the detour over the worst case.
    if (std::all_of(text.begin(), text.end(), is_plain)) {
        out.append(text);
        return;
    }
    const std::size_t begin = out.size();
    out.resize(begin + room_for(text));
    out.resize(static_cast<std::size_t>(put_escaped(out.data() + begin, text) - out.data()));
}

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    append_json_escaped(out, text);
    out.push_back('"');
}

} // namespace hubspool
