// The memory of a chunk_pool: regions, each as large as a huge page, cut into slabs.
//
// Numbers of slabs go on from region to region; those of a region that went are used again. A
// region goes when no slab of it is used any more; the newest stays, since it would be asked for
// again at once. One thread.
#pragma once

#include "core/memory/region_memory.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hubspool {

class pool_regions {
public:
    static constexpr std::size_t region_bytes = 2U << 20;
    static constexpr std::size_t slab_bytes = 4U << 10;
    static constexpr std::size_t region_slabs = region_bytes / slab_bytes;

    explicit pool_regions(region_memory* memory) : memory_(memory) {}
    pool_regions(const pool_regions&) = delete;
    pool_regions& operator=(const pool_regions&) = delete;
    ~pool_regions();

    // Of a byte, counted through all slabs by their numbers.
    char* at(std::size_t byte) const {
        return regions_[byte / region_bytes].bytes + byte % region_bytes;
    }
    // The number of a slab of the newest region that was not given by it before; of another region
    // when there is none. It may be used already, by a number that was known of a region gone.
    std::uint32_t next_slab();
    bool stands(std::uint32_t slab) const { return regions_[slab / region_slabs].bytes != nullptr; }
    // Something of the slab is taken from now on.
    void use(std::uint32_t slab) { ++regions_[slab / region_slabs].slabs_used; }
    // Nothing of it is taken any more. True: its region went with it.
    bool leave(std::uint32_t slab);
    // What stands in these neighbours is not wanted any more; they are of one region, and stay.
    void give_up(std::uint32_t first, std::size_t slabs) {
        memory_->give_up(at(first * slab_bytes), slabs * slab_bytes);
    }

    std::size_t count() const { return regions_.size() - unused_.size(); }
    // Above all numbers of slabs.
    std::size_t slab_numbers() const { return regions_.size() * region_slabs; }

private:
    struct region {
        char* bytes = nullptr;      // nothing: it is gone
        std::size_t slabs_used = 0; // of which something is taken
    };
    void add();

    region_memory* memory_;
    std::vector<region> regions_;
    std::vector<std::uint32_t> unused_; // numbers of regions that are gone
    std::uint32_t newest_ = 0;          // region
    std::size_t begun_ = region_slabs;  // of the newest region's slabs, those that were ever used
};

} // namespace hubspool
