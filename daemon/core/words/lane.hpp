// The two ways into the queue. A lane decides who is sent first, never which value wins.
#pragma once

#include <cstdint>

namespace hubspool {

enum class lane : std::uint8_t {
    live, // claimed from new/
    bulk, // claimed from bulk/
};

} // namespace hubspool
