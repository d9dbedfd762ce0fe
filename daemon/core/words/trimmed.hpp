// A text without the blanks around it.
#pragma once

#include <string_view>

namespace hubspool {

// Spaces, tabs and carriage returns: what people and other systems leave around a word on a line.
constexpr std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

} // namespace hubspool
