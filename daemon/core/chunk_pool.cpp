#include "core/chunk_pool.hpp"

#include <bit>

namespace hubspool {

std::uint32_t chunk_pool::slab_with_room() {
    while (!with_room_.empty()) {
        slab* const last = slabs_[with_room_.back()].get();
        if (last != nullptr && last->free != 0) return with_room_.back();
        if (last != nullptr) last->listed = false;
        with_room_.pop_back();
    }
    std::uint32_t number = static_cast<std::uint32_t>(slabs_.size());
    if (unused_.empty()) {
        slabs_.emplace_back();
    } else {
        number = unused_.back();
        unused_.pop_back();
    }
    slabs_[number].reset(new slab); // whose bytes are not cleared
    with_room_.push_back(number);
    return number;
}

chunk_pool::chunk_id chunk_pool::take() {
    const std::uint32_t number = slab_with_room();
    slab& from = *slabs_[number];
    const auto chunk = static_cast<std::uint32_t>(std::countr_zero(from.free));
    from.free &= from.free - 1;
    return static_cast<chunk_id>(number * slab_chunks + chunk);
}

void chunk_pool::give_back(chunk_id chunk) {
    const auto number = static_cast<std::uint32_t>(chunk / slab_chunks);
    slab& to = *slabs_[number];
    to.free |= std::uint64_t{1} << (chunk % slab_chunks);
    if (~to.free == 0) {
        // An entry in with_room_ may stay: it is dropped, or stands for the next slab of the
        // number.
        slabs_[number].reset();
        unused_.push_back(number);
    } else if (!to.listed) {
        to.listed = true;
        with_room_.push_back(number);
    }
}

} // namespace hubspool
