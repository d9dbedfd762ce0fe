// Requests of the account's day that count against its quota. A value.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>

namespace hubspool {

// Until when a count holds, and the count. Durable.
struct day_count {
    wall_time ends = {};
    std::uint64_t used = 0;
};

} // namespace hubspool
