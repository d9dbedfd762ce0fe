// Text in Windows-1252, of which ISO 8859-1 is a part. Pure.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

// Appends it as UTF-8. The five bytes that stand for no sign become the control characters of their
// numbers, as browsers have it.
void append_windows_1252(std::string& out, std::string_view text);

} // namespace hubspool
