#include "core/object_id.hpp"

#include <algorithm>
#include <cstddef>

namespace hubspool {

namespace {

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
    bool ascii = true;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || byte == 0x7f) return true;
        ascii = ascii && byte < 0x80;
    }
    if (ascii) return false;
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
