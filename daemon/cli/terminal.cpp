#include "cli/terminal.hpp"

#include "core/words/utf8.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace hubspool {

namespace {

constexpr std::size_t width_min = 20, width_max = 10000;

struct range {
    std::uint32_t first, last;
};
// Blocks of Unicode, not single characters: a column too many or too few in rare scripts does no
// harm.
constexpr std::array joining{range{0x300, 0x36f},   range{0x483, 0x489},   range{0x591, 0x5bd},
                             range{0x610, 0x61a},   range{0x64b, 0x65f},   range{0x1ab0, 0x1aff},
                             range{0x1dc0, 0x1dff}, range{0x200b, 0x200f}, range{0x20d0, 0x20ff},
                             range{0xfe00, 0xfe0f}, range{0xfe20, 0xfe2f}, range{0xe0100, 0xe01ef}};
constexpr std::array wide{
    range{0x1100, 0x115f},   range{0x2e80, 0x303e},   range{0x3041, 0xa4cf},
    range{0xac00, 0xd7a3},   range{0xf900, 0xfaff},   range{0xfe30, 0xfe6f},
    range{0xff00, 0xff60},   range{0xffe0, 0xffe6},   range{0x1f300, 0x1f64f},
    range{0x1f680, 0x1f6ff}, range{0x1f900, 0x1f9ff}, range{0x20000, 0x3fffd}};

template <std::size_t Count>
bool is_in(const std::array<range, Count>& ranges, std::uint32_t code) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [code](const range& one) { return code >= one.first && code <= one.last; });
}

std::uint32_t code_of(std::string_view character) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() == 1) return byte(0);
    // The first byte's high bits say how many follow.
    std::uint32_t code = byte(0) & (0xffU >> (character.size() + 1));
    for (std::size_t i = 1; i < character.size(); ++i) code = code << 6 | (byte(i) & 0x3fU);
    return code;
}

struct glyph {
    std::size_t bytes, columns;
};

glyph first_of(std::string_view text) {
    const std::size_t size = utf8_size(text);
    // A byte that is no character takes a column, too.
    if (size == 0) return {1, 1};
    const std::uint32_t code = code_of(text.substr(0, size));
    return {size, is_in(joining, code) ? 0U : is_in(wide, code) ? 2U : 1U};
}

std::optional<std::size_t> believable(std::size_t width) {
    if (width < width_min || width > width_max) return std::nullopt;
    return width;
}

} // namespace

std::optional<std::size_t> terminal_width(int descriptor) {
    // COLUMNS goes before the terminal's own word, as with other programs.
    if (const char* const told = std::getenv("COLUMNS")) { // NOLINT(concurrency-mt-unsafe)
        const std::string_view text(told);
        std::size_t width = 0;
        const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), width);
        if (failed == std::errc() && end == text.data() + text.size() && believable(width))
            return width;
    }
    winsize size{};
    if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0) return std::nullopt;
    return believable(size.ws_col);
}

std::size_t display_width(std::string_view utf8) {
    std::size_t columns = 0;
    while (!utf8.empty()) {
        const glyph next = first_of(utf8);
        columns += next.columns;
        utf8.remove_prefix(next.bytes);
    }
    return columns;
}

std::string cut_to_width(std::string_view utf8, std::size_t width) {
    if (display_width(utf8) <= width) return std::string(utf8);
    if (width == 0) return {};
    std::size_t bytes = 0, columns = 0;
    while (true) {
        const glyph next = first_of(utf8.substr(bytes));
        if (columns + next.columns > width - 1) break; // one for the ellipsis
        columns += next.columns;
        bytes += next.bytes;
    }
    return std::string(utf8.substr(0, bytes)) + "\u2026";
}

std::string folded(std::string_view text, std::size_t indent, std::size_t taken) {
    std::string lines;
    std::size_t used = taken;
    while (!text.empty()) {
        const std::size_t size = std::min(text.find(' '), text.size());
        const std::string_view word = text.substr(0, size);
        text.remove_prefix(std::min(size + 1, text.size()));
        const std::size_t width = display_width(word);
        if (!lines.empty() && used + 1 + width > text_columns) {
            lines += '\n' + std::string(indent, ' ');
            used = indent;
        } else if (!lines.empty()) {
            lines += ' ';
            ++used;
        }
        lines += cut_to_width(word, text_columns - used);
        used += std::min(width, text_columns - used);
    }
    return lines + '\n';
}

} // namespace hubspool
