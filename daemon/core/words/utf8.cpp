#include "core/words/utf8.hpp"

namespace hubspool {

std::size_t utf8_size(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
    const unsigned char lead = byte(0);
    if (lead < 0x80) return 1;
    std::size_t size = 0;
    unsigned char low = 0x80;  // of the second byte: keeps out overlong forms,
    unsigned char high = 0xbf; // surrogates and what lies above U+10FFFF
    // RFC 3629 section 4: how many bytes belong to a lead byte.
    if (lead >= 0xc2 && lead <= 0xdf) size = 2;
    if (lead >= 0xe0 && lead <= 0xef) size = 3;
    if (lead >= 0xf0 && lead <= 0xf4) size = 4;
    // After these four the second byte is bound closer than any other one.
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
    // Bytes 0x80 to 0xc1 and 0xf5 upward lead nothing: size stays 0.
    if (size == 0 || bytes.size() < size || byte(1) < low || byte(1) > high) return 0;
    for (std::size_t i = 2; i < size; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return 0;
    }
    return size;
}

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t size = utf8_size(bytes);
        if (size == 0) return false;
        bytes.remove_prefix(size);
    }
    return true;
}

std::string repaired_utf8(std::string_view bytes) {
    std::string text;
    while (!bytes.empty()) {
        const std::size_t size = utf8_size(bytes);
        text += size == 0 ? utf8_replacement : bytes.substr(0, size);
        bytes.remove_prefix(size == 0 ? 1 : size);
    }
    return text;
}

} // namespace hubspool
