// Bytes that are no text, as text (RFC 4648).
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

std::string base64(std::string_view bytes);

} // namespace hubspool
