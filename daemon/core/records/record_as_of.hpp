// What a record says of when it was so: "$hubspool".as_of.
#pragma once

#include "core/words/order_key.hpp"

#include <optional>
#include <string_view>

namespace hubspool {

// `text`: RFC 3339 with its zone. Nothing: it is no such time, or one before 1970.
std::optional<as_of_ms> as_of_text(std::string_view text);

// `digits` of an integer: milliseconds since 1970. Nothing for what can only be seconds or
// microseconds: such a time would be of 1970 or of a far future, and nobody would notice.
std::optional<as_of_ms> as_of_number(std::string_view digits);

} // namespace hubspool
