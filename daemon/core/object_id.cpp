#include "core/object_id.hpp"

#include "core/short_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hubspool {

namespace {

// Each of its bytes is a printing character of ASCII: so it is with nearly all ids, which are
// looked at eight bytes at a time.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t each = 0x0101010101010101, top = each * 0x80;
    const auto plain = [](std::uint64_t word) {
        const std::uint64_t above_space = (word | top) - each * 0x21; // keeps its top bit if so
        const std::uint64_t delete_sign = (word ^ each * 0x7f) + each * 0x7f;
        return (word & top) == 0 && (above_space & delete_sign & top) == top;
    };
    for (; text.size() >= 8; text.remove_prefix(8))
        if (!plain(word_at<std::uint64_t>(text.data()))) return false;
    if (text.size() >= 4) return plain(last_word(text));
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

} // namespace

std::string_view canonical_object_id(std::string_view id) {
    if (id.empty() || !all_digits(id)) return id;
    const std::size_t first = id.find_first_not_of('0');
    return id.substr(first == std::string_view::npos ? id.size() - 1 : first);
}

bool has_white_space(std::string_view text) {
    constexpr std::string_view wide[] = {"\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80",
                                         "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
                                         "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"};
    if (is_plain(text)) return false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || byte == 0x7f) return true;
    }
    for (const std::string_view space : wide) {
        if (text.find(space) != std::string_view::npos) return true;
    }
    for (std::size_t at = 0; (at = text.find("\xe2\x80", at)) != std::string_view::npos; ++at) {
        // U+2000 to U+200B: the spaces of printers.
        if (at + 2 < text.size() && static_cast<unsigned char>(text[at + 2]) <= 0x8b) return true;
    }
    return false;
}

} // namespace hubspool
