#include "simulator/json_output.hpp"

#include "simulator/wide_numbers.hpp"

#include <cstdint>
#include <cstring>

namespace hubspool::simulator {

namespace {

bool needs_escape(char c) {
    return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

// How many bytes from `from` on go as they are. Eight at a time, as most of the stand-in's work is
// this: a byte of `below` has its top bit set when the byte of `word` is less than the one held
// against it.
std::size_t plain_bytes(std::string_view text, std::size_t from) {
    constexpr std::uint64_t ones = 0x0101010101010101;
    constexpr std::uint64_t tops = ones * 0x80;
    const auto below = [](std::uint64_t word, std::uint64_t n) {
        return (word - ones * n) & ~word;
    };
    std::size_t at = from;
    for (; at + 8 <= text.size(); at += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, text.data() + at, 8);
        const auto quote = word ^ (ones * '"');
        const auto backslash = word ^ (ones * '\\');
        if (((below(word, 0x20) | below(quote, 1) | below(backslash, 1)) & tops) != 0) break;
    }
    while (at < text.size() && !needs_escape(text[at])) ++at;
    return at - from;
}

void append_escaped(std::string& out, char c) {
    static constexpr char digits[] = "0123456789abcdef";
    if (c == '"' || c == '\\') {
        out += '\\';
        out += c;
        return;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "\\u00";
    out += digits[byte >> 4];
    out += digits[byte & 15];
}

} // namespace

void append_string(std::string& out, std::string_view utf8) {
    out += '"';
    for (std::size_t from = 0; from < utf8.size();) {
        const auto plain = plain_bytes(utf8, from);
        out.append(utf8, from, plain);
        from += plain;
        if (from < utf8.size()) append_escaped(out, utf8[from++]);
    }
    out += '"';
}

void append_value(std::string& out, simdjson::dom::element value) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS && text.starts_with(wide_number_mark))
        out += text.substr(wide_number_mark.size());
    else if (value.is_string())
        append_string(out, text);
    else if (value.is_bool())
        out += value.get_bool().value_unsafe() ? "true" : "false";
    else
        out += simdjson::minify(value);
}

} // namespace hubspool::simulator
