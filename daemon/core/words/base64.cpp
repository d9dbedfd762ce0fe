#include "core/words/base64.hpp"

#include <cstddef>
#include <cstdint>

namespace hubspool {

// RFC 4648 section 4: three bytes become four characters, and padding fills the last group.
std::string base64(std::string_view bytes) {
    constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t size = bytes.size() - at < 3 ? bytes.size() - at : 3;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            const unsigned byte = i < size ? static_cast<unsigned char>(bytes[at + i]) : 0U;
            group = group << 8 | byte;
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= size ? alphabet[(group >> (18 - 6 * i)) & 63] : '=';
        }
    }
    return text;
}

} // namespace hubspool
