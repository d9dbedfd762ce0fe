// Writing all bytes to a file.
#pragma once

#include <string_view>

namespace hubspool {

// 0, or an errno value; part of the bytes may then be written.
int write_whole(int file, std::string_view bytes);

} // namespace hubspool
