// The order key that a record brings along, "$hubspool".order: "STAMP.NUMBER.ORDINAL".
//
// STAMP is the key's as_of in milliseconds since 1970, NUMBER that of the file which had the record
// first, ORDINAL which record of it, from 0. Whoever sends a record once more says by it when the
// values were so: what is newer by then stands. Pure.
#pragma once

#include "core/words/order_key.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// Nothing: it is none.
std::optional<order_key> order_of_text(std::string_view text);

std::string format_order(const order_key& key);

} // namespace hubspool
