// Writing JSON strings, in one way everywhere, so that equal names are equal bytes.
#pragma once

#include "core/text_arena.hpp"

#include <string>
#include <string_view>

namespace hubspool {

// Appends `utf8` escaped for the inside of a JSON string literal (RFC 8259 section 7): the quote,
// the backslash and control characters are escaped, all else stays as it is.
void append_json_escaped(std::string& out, std::string_view utf8);
// The same with the quotes around it.
void append_json_string(std::string& out, std::string_view utf8);
void append_json_string(text_arena& out, std::string_view utf8);

} // namespace hubspool
