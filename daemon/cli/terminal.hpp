// How wide a terminal is, and text that fits.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// In columns: $COLUMNS, else what the terminal at `descriptor` says; nothing when there is neither.
std::optional<std::size_t> terminal_width(int descriptor);
// The columns that `utf8` takes: two for wide characters, none for those that join the one before.
std::size_t display_width(std::string_view utf8);
// `utf8` as it is when it fits into `width` columns, else whole characters of it and an ellipsis.
std::string cut_to_width(std::string_view utf8, std::size_t width);

// What is to be read in a mail or a log as well has lines of this width at most.
inline constexpr std::size_t text_columns = 80;
// Such lines, broken at spaces. Those that follow are indented; the first one stands behind so many
// columns that are taken. A word that is wider than a line is cut.
std::string folded(std::string_view text, std::size_t indent, std::size_t taken = 0);

} // namespace hubspool
