// Pieces of memory of one size, or runs of them, without anything beside each: for what is kept by
// the million.
//
// They come from slabs of 64, and a slab goes when the last of its chunks was given back. A run is
// taken from where the shortest free one fits, so that holes close and slabs do not empty by
// halves. One thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace hubspool {

class chunk_pool {
public:
    using chunk_id = std::uint32_t;
    static constexpr std::size_t chunk_bytes = 64; // a line of the processor's cache
    static constexpr std::size_t run_max = 16;

    // The first of `count` that stand side by side, run_max at most.
    chunk_id take(std::size_t count = 1);
    // Makes a run of `count` one of `wanted`, in its place. False when what is behind it is taken.
    bool extend(chunk_id first, std::size_t count, std::size_t wanted);
    void give_back(chunk_id first, std::size_t count = 1);

    char* at(chunk_id chunk) { return slabs_[chunk / slab_chunks]->bytes[chunk % slab_chunks]; }
    const char* at(chunk_id chunk) const {
        return slabs_[chunk / slab_chunks]->bytes[chunk % slab_chunks];
    }
    std::size_t slabs() const { return slabs_.size() - unused_.size(); }
    // Bytes of its slabs that nobody has taken.
    std::size_t idle_bytes() const { return (slabs() * slab_chunks - taken_) * chunk_bytes; }

private:
    static constexpr std::size_t slab_chunks = 64;
    struct slab {
        std::uint64_t free = ~std::uint64_t{0}; // a bit each
        char bytes[slab_chunks][chunk_bytes];
    };
    static constexpr std::uint64_t bits(std::size_t count) {
        return (std::uint64_t{1} << count) - 1;
    }
    std::uint32_t slab_with_room(std::size_t count);
    std::uint32_t new_slab();
    void list(std::uint32_t number);

    std::vector<std::unique_ptr<slab>> slabs_;
    // Numbers of slabs, by the longest run that is free in them, from 1 to run_max or more. Of
    // some, something else is true by now.
    std::array<std::vector<std::uint32_t>, run_max> with_room_;
    std::vector<std::uint32_t> listed_; // of each number, a bit for each list that names it
    std::vector<std::uint32_t> unused_; // numbers without a slab
    std::size_t taken_ = 0;
};

} // namespace hubspool
