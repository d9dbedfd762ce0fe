// A file of the queue, as a look at its inode shows it. A value.
#pragma once

#include <cstdint>

namespace hubspool {

struct claimed_look {
    std::uint64_t size = 0;
    std::int64_t mtime_ns = 0;
    std::int64_t ctime_ns = 0; // not before the claim
};

} // namespace hubspool
