// The known key that somebody who wrote an unknown one most likely meant. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hubspool {

// Of all keys and sections, the nearest to `path` in letters; empty when none is near. The right
// name in a wrong section is near: "batch.quiet_period" finds "queue.quiet_period".
std::string nearest_key(std::string_view path);

// Letters to insert, delete, replace, and neighbours to change places, to make one of the other.
std::size_t edit_distance(std::string_view a, std::string_view b);

} // namespace hubspool
