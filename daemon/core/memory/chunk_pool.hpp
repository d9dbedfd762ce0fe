// Pieces of memory of one size, or runs of them, without anything beside each: for what is kept by
// the million.
//
// They come from slabs of 64, and slabs from regions (pool_regions). A run is taken from where the
// shortest free one fits, so that holes close and slabs do not empty by halves. What is empty in
// regions that stay is given up when it becomes much: a few chunks that stay must not hold the
// memory of all. One thread.
#pragma once

#include "core/memory/pool_regions.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hubspool {

class chunk_pool {
public:
    using chunk_id = std::uint32_t;
    static constexpr std::size_t chunk_bytes = 64; // a line of the processor's cache
    static constexpr std::size_t run_max = 16;

    explicit chunk_pool(region_memory* memory = heap_memory()) : regions_(memory) {}

    // The first of `count` that stand side by side, run_max at most.
    chunk_id take(std::size_t count = 1);
    // Makes a run of `count` one of `wanted`, in its place. False when what is behind it is taken.
    bool extend(chunk_id first, std::size_t count, std::size_t wanted);
    void give_back(chunk_id first, std::size_t count = 1);

    char* at(chunk_id chunk) { return regions_.at(chunk * chunk_bytes); }
    const char* at(chunk_id chunk) const { return regions_.at(chunk * chunk_bytes); }
    // Those of which something is taken.
    std::size_t slabs() const { return slabs_used_; }
    // Bytes of those that nobody has taken.
    std::size_t idle_bytes() const { return (slabs_used_ * slab_chunks - taken_) * chunk_bytes; }
    std::size_t regions() const { return regions_.count(); }
    // Bytes of slabs that are empty, and most likely still in memory: neither idle nor given up.
    std::size_t empty_bytes() const { return slabs_left_ * slab_chunks * chunk_bytes; }
    static constexpr std::size_t empty_bytes_max = 16U << 20;

private:
    static constexpr std::size_t slab_chunks = pool_regions::slab_bytes / chunk_bytes;
    static_assert(slab_chunks == 64, "a bit of slab::free each");
    struct slab {
        std::uint64_t free = ~std::uint64_t{0}; // a bit each
        std::uint32_t listed = 0;               // a bit for each list that names it
        bool is_left = false;                   // empty, and not given up since it was used
        bool is_empty() const { return ~free == 0; }
    };
    static constexpr std::uint64_t bits(std::size_t count) {
        return (std::uint64_t{1} << count) - 1;
    }
    std::uint32_t slab_with_room(std::size_t count);
    std::uint32_t empty_slab();
    void slab_empties(std::uint32_t number);
    void give_up_empty();
    void leave(slab& empty, bool is_left);
    void list(std::uint32_t number, std::size_t list_number);

    pool_regions regions_;
    std::vector<slab> slabs_; // of all regions
    // Numbers of slabs: in the first list of empty ones, in the others by the longest run that is
    // free in them, up to run_max or more. Entries may be stale; check before use.
    std::array<std::vector<std::uint32_t>, run_max + 1> lists_;
    std::size_t slabs_used_ = 0;
    std::size_t slabs_left_ = 0;
    std::size_t taken_ = 0;
};

} // namespace hubspool
