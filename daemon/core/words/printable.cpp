#include "core/words/printable.hpp"

#include "core/words/utf8.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace hubspool {

bool steers_text(std::string_view character) {
    if (character.size() == 1) {
        const auto byte = static_cast<unsigned char>(character[0]);
        return byte < 0x20 || byte == 0x7f;
    }
    static constexpr std::array<std::string_view, 14> marks = {
        "\u061c", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b",
        "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"};
    // C1 control characters are two bytes in UTF-8: U+0080 to U+009F.
    const bool is_c1 = character.size() == 2 && character[0] == '\xc2' &&
                       static_cast<unsigned char>(character[1]) < 0xa0;
    return is_c1 || std::find(marks.begin(), marks.end(), character) != marks.end();
}

std::string printable(std::string_view name) {
    std::string out;
    while (!name.empty()) {
        const std::size_t size = utf8_size(name);
        const std::string_view piece = name.substr(0, std::max<std::size_t>(size, 1));
        if (size > 0 && piece != "\\" && !steers_text(piece)) {
            out.append(piece);
        } else {
            // Bytes are shown by their numbers, so that any name can be found again.
            for (const char byte : piece)
                out += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        }
        name.remove_prefix(piece.size());
    }
    return out;
}

} // namespace hubspool
