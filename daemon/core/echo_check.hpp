// Delivered is not always stored: does a result show what was sent?
#pragma once

#include "core/answer_body.hpp"
#include "core/field_set.hpp"

#include <string>
#include <vector>

namespace hubspool {

// The custom properties (names as in `sent`, escaped) that the result's customProperties do not
// name; none when the result has no such list. A property sent as null or "" may be missing: it was
// cleared.
std::vector<std::string> missing_from_echo(const field_set& sent, const answer_result& result);

} // namespace hubspool
