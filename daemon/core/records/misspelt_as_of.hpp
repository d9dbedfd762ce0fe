// What people write into a file's name in the place of `as_of=`. Pure.
#pragma once

#include <string_view>

namespace hubspool {

// As it stands in the name, such as `AS_OF=` or `asof=`: it counts for nothing. Empty: nothing
// does, or the name says as_of as it should (core/words/named_as_of.hpp).
std::string_view misspelt_as_of(std::string_view name);

} // namespace hubspool
