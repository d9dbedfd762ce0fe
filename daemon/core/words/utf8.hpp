// Bytes of unknown origin as UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above
// U+10FFFF.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

// What stands for bytes that are no character: U+FFFD.
inline constexpr std::string_view utf8_replacement = "\xef\xbf\xbd";

inline constexpr std::string_view utf8_byte_order_mark = "\xef\xbb\xbf";

// Bytes of the character at the front of `bytes`, which is not empty; 0 when they are none.
std::size_t utf8_size(std::string_view bytes);
bool is_utf8(std::string_view bytes);
// With utf8_replacement for each byte that belongs to no character.
std::string repaired_utf8(std::string_view bytes);

} // namespace hubspool
