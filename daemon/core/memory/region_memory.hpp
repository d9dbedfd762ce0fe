// Where core gets its large pieces of memory.
#pragma once

#include <cstddef>
#include <memory_resource>

namespace hubspool {

class region_memory : public std::pmr::memory_resource {
public:
    // What stands there is not wanted any more: the machine may have the memory until it is used
    // again. It stays allocated.
    virtual void give_up(void* at, std::size_t bytes) = 0;
};

// The heap, which keeps what is given up.
region_memory* heap_memory();

} // namespace hubspool
