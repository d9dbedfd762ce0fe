// Pieces of memory of one size, without anything beside each: for what is kept by the million.
//
// They come from slabs of 64, and a slab goes when the last of its chunks was given back. One
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace hubspool {

class chunk_pool {
public:
    using chunk_id = std::uint32_t;
    static constexpr std::size_t chunk_bytes = 64; // a line of the processor's cache

    chunk_id take();
    void give_back(chunk_id chunk);
    char* at(chunk_id chunk) { return slabs_[chunk / slab_chunks]->bytes[chunk % slab_chunks]; }
    const char* at(chunk_id chunk) const {
        return slabs_[chunk / slab_chunks]->bytes[chunk % slab_chunks];
    }
    std::size_t slabs() const { return slabs_.size() - unused_.size(); }

private:
    static constexpr std::size_t slab_chunks = 64;
    struct slab {
        std::uint64_t free = ~std::uint64_t{0}; // a bit each
        bool listed = true;                     // in with_room_
        char bytes[slab_chunks][chunk_bytes];
    };
    std::uint32_t slab_with_room();

    std::vector<std::unique_ptr<slab>> slabs_;
    std::vector<std::uint32_t> with_room_; // slabs; some may be gone
    std::vector<std::uint32_t> unused_;    // numbers without a slab
};

} // namespace hubspool
