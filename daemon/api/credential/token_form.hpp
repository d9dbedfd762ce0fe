// What people write into a token's file that is not the token.
#pragma once

#include <optional>
#include <string_view>

namespace hubspool {

// Why `text`, without white space around it and not empty, is no token, and what to write instead;
// nothing when it may be one. Never quotes it.
std::optional<std::string_view> why_no_token(std::string_view text);

} // namespace hubspool
