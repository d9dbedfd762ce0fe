#include "core/memory/pool_regions.hpp"

namespace hubspool {

pool_regions::~pool_regions() {
    for (const region& each : regions_)
        if (each.bytes != nullptr) memory_->deallocate(each.bytes, region_bytes, region_bytes);
}

void pool_regions::add() {
    // Numbers of regions that went are used again, so that numbers stay small.
    if (unused_.empty()) {
        newest_ = static_cast<std::uint32_t>(regions_.size());
        regions_.emplace_back();
    } else {
        newest_ = unused_.back();
        unused_.pop_back();
    }
    regions_[newest_].bytes = static_cast<char*>(memory_->allocate(region_bytes, region_bytes));
    begun_ = 0;
}

std::uint32_t pool_regions::next_slab() {
    // In order, so that untouched pages stay untouched.
    if (begun_ == region_slabs) add();
    return static_cast<std::uint32_t>(newest_ * region_slabs + begun_++);
}

bool pool_regions::leave(std::uint32_t slab) {
    const auto number = static_cast<std::uint32_t>(slab / region_slabs);
    region& owner = regions_[number];
    if (--owner.slabs_used > 0 || number == newest_) return false;
    memory_->deallocate(owner.bytes, region_bytes, region_bytes);
    owner.bytes = nullptr;
    unused_.push_back(number);
    return true;
}

} // namespace hubspool
