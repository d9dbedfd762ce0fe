// How far two words are apart, to guess which one was meant. Pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace hubspool {

// Letters to insert, delete, replace, and neighbours to change places, to make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

} // namespace hubspool
