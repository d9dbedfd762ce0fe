// Writing JSON strings, in one way everywhere, so that equal names are equal bytes.
#pragma once

#include "core/words/text_arena.hpp"

#include <string>
#include <string_view>

namespace hubspool {

// Appends `text` escaped for the inside of a JSON string literal (RFC 8259 section 7). The quote,
// the backslash and control characters are escaped. Each byte that belongs to no character of UTF-8
// becomes U+FFFD. All else stays as it is. So whatever the bytes are, a strict parser takes it.
void append_json_escaped(std::string& out, std::string_view text);
// The same with the quotes around it.
void append_json_string(std::string& out, std::string_view text);
void append_json_string(text_arena& out, std::string_view text);

} // namespace hubspool
