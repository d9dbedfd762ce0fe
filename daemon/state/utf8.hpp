// Bytes of unknown origin as text that JSON may carry.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

// True when the bytes are UTF-8 (RFC 3629).
bool is_utf8(std::string_view bytes);
// With U+FFFD for each byte that is not.
std::string repaired_utf8(std::string_view bytes);
std::string base64(std::string_view bytes);

} // namespace hubspool
