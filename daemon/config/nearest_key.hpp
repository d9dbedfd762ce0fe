// The known key that somebody who wrote an unknown one most likely meant. Pure.
#pragma once

#include <string>
#include <string_view>

namespace hubspool {

// Of all keys and sections, the nearest to `path` in letters; empty when none is near. The right
// name in a wrong section is near: "batch.quiet_period" finds "queue.quiet_period".
std::string nearest_key(std::string_view path);

} // namespace hubspool
