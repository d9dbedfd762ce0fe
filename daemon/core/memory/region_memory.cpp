#include "core/memory/region_memory.hpp"

namespace hubspool {

namespace {

class heap final : public region_memory {
public:
    // Nothing to do: the heap decides itself what it gives back to the machine.
    void give_up(void*, std::size_t) override {}

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override {
        return std::pmr::new_delete_resource()->allocate(bytes, alignment);
    }
    void do_deallocate(void* at, std::size_t bytes, std::size_t alignment) override {
        std::pmr::new_delete_resource()->deallocate(at, bytes, alignment);
    }
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }
};

} // namespace

region_memory* heap_memory() {
    static heap memory;
    return &memory;
}

} // namespace hubspool
