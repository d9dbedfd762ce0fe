// Memory of the heap that tells how much of it stands.
#pragma once

#include "core/memory/region_memory.hpp"

#include <algorithm>
#include <cstddef>
#include <memory_resource>

namespace hubspool::testing {

// Leaves nothing in it that somebody might take for an object.
class counted_memory final : public region_memory {
public:
    std::size_t bytes = 0, allocations = 0;

    void give_up(void*, std::size_t) override {}

private:
    void* do_allocate(std::size_t size, std::size_t alignment) override {
        bytes += size;
        ++allocations;
        void* const at = std::pmr::new_delete_resource()->allocate(size, alignment);
        std::fill_n(static_cast<unsigned char*>(at), size, static_cast<unsigned char>(0xab));
        return at;
    }
    void do_deallocate(void* at, std::size_t size, std::size_t alignment) override {
        bytes -= size;
        std::pmr::new_delete_resource()->deallocate(at, size, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }
};

} // namespace hubspool::testing
