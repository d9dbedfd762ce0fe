// Bodies that a server sent compressed (RFC 1952).
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace hubspool {

// What is packed in `packed`: one gzip member, or several one after the other. Never gives or holds
// more than `bytes_max`, however much is packed. The failure is a half sentence: "is not whole".
result<std::string> unpack_gzip(std::string_view packed, std::size_t bytes_max);

} // namespace hubspool
