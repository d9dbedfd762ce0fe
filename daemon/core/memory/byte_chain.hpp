// Bytes that only grow at their end, kept by the hundred thousand.
//
// Short ones stand in their own place, further ones in chunks that are never moved: growing copies
// nothing, and leaves no holes behind, as growing one piece of memory would. At most 4 GiB. One
// thread.
#pragma once

#include "core/memory/chunk_pool.hpp"

#include <cstddef>
#include <cstdint>

namespace hubspool {

class byte_chain {
public:
    // The chunks' pool must outlive it.
    explicit byte_chain(chunk_pool& chunks) : chunks_(&chunks) {}
    byte_chain(byte_chain&& other) noexcept : chunks_(other.chunks_) { swap(other); }
    byte_chain& operator=(byte_chain&& other) noexcept;
    ~byte_chain() { clear(); }

    void append(const char* bytes, std::size_t count);

    std::size_t size() const { return size_; }
    // Bytes it holds beside itself.
    std::size_t bytes_apart() const { return chunks_taken() * chunk_pool::chunk_bytes; }

    // Asks for the place of the last byte, without waiting for it.
    void bring_near() const;

    // Reads it from its first byte on; it must not change meanwhile.
    class reader {
    public:
        explicit reader(const byte_chain& chain);
        bool at_end() const { return left_ == 0; }
        // Not at_end().
        char next() {
            if (at_ == end_) step();
            --left_;
            return *at_++;
        }

    private:
        void step();

        const chunk_pool& chunks_;
        const char* at_;
        const char* end_;
        std::size_t left_;
        chunk_pool::chunk_id next_;
    };

private:
    // A chunk: bytes of the text, then which chunk comes next.
    static constexpr std::size_t text_bytes =
        chunk_pool::chunk_bytes - sizeof(chunk_pool::chunk_id);
    static constexpr std::size_t own_bytes = 12;

    std::size_t chunks_taken() const {
        return size_ <= own_bytes ? 0 : (size_ - own_bytes + text_bytes - 1) / text_bytes;
    }
    void add_chunk();
    void clear();
    void swap(byte_chain& other) noexcept;

    chunk_pool* chunks_;
    char own_[own_bytes] = {};
    std::uint32_t size_ = 0;
    chunk_pool::chunk_id last_ = 0; // if there are chunks; the one after it is the first
};

} // namespace hubspool
