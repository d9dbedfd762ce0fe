// How often an object was found guilty of a failure, as it is recorded over restarts.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <string>

namespace hubspool {

struct charge {
    std::string object_id;
    std::uint32_t attempts = 0; // 0: none any more
    wall_time last = {};
};

} // namespace hubspool
