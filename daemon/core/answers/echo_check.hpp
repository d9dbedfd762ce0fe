// Delivered is not always stored: does a result show what was sent?
#pragma once

#include "core/pending/field_set.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// The custom properties (names as in `sent`, escaped) that `echo`, names as they are, lacks. A
// property sent as null or "" may be missing: it was cleared.
std::vector<std::string> missing_from_echo(const field_set& sent,
                                           std::span<const std::string_view> echo);

} // namespace hubspool
