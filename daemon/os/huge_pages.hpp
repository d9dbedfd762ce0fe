// Memory in huge pages, for what is large and looked at in no order.
//
// With pages of 4 KiB nearly each look at a hundred megabytes has to find its page first, which
// takes as long as the look itself. What is asked for by the megabyte comes straight from the
// kernel, aligned so that it can be huge pages (madvise(2), MADV_HUGEPAGE; where the kernel has
// none to give, it is as any other memory), and goes back there. A small daemon stays small: the
// first megabytes are left to pages of the usual size. One thread.
#pragma once

#include "core/memory/region_memory.hpp"

#include <cstddef>

namespace hubspool {

class huge_page_memory final : public region_memory {
public:
    static constexpr std::size_t page_bytes = 2U << 20;
    static constexpr std::size_t usual_until = 8U << 20;

    // Bytes that it has got from the kernel and not given back.
    std::size_t held() const { return held_; }
    void give_up(void* at, std::size_t bytes) override;

private:
    void* do_allocate(std::size_t bytes, std::size_t alignment) override;
    void do_deallocate(void* at, std::size_t bytes, std::size_t alignment) override;
    bool do_is_equal(const memory_resource& other) const noexcept override {
        return this == &other;
    }

    std::size_t held_ = 0;
};

} // namespace hubspool
