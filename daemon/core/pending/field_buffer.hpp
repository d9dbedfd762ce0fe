// Where the bytes of a set of fields stand: one piece of memory each, kept by the hundred thousand.
#pragma once

#include "core/memory/chunk_pool.hpp"
#include "core/memory/name_table.hpp"
#include "core/memory/prefetch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hubspool {

// What sets of fields share. Must outlive them.
struct field_store {
    explicit field_store(region_memory* memory = heap_memory()) : chunks(memory) {}

    name_table names;
    chunk_pool chunks;
};

// Up to a kilobyte it comes from the chunks, which leave no holes behind when it grows or goes;
// what is longer, or has no store, from the heap. At most 4 GiB. One thread.
class field_buffer {
public:
    explicit field_buffer(field_store* store) : store_(store) {}
    field_buffer(field_buffer&& other) noexcept : store_(other.store_) { swap(other); }
    field_buffer& operator=(field_buffer&& other) noexcept;
    ~field_buffer() { release(bytes_, capacity_, first_); }

    // Room for `n` bytes behind the text; took() says where what was written there ends.
    char* room(std::size_t n) {
        if (capacity_ - size_ < n) grow(size_ + n);
        return bytes_ + size_;
    }
    void took(const char* end) { size_ = static_cast<std::uint32_t>(end - bytes_); }

    char* data() { return bytes_; }
    const char* data() const { return bytes_; }
    const char* end() const { return bytes_ + size_; }
    bool empty() const { return size_ == 0; }
    // Bytes it holds beside itself.
    std::size_t bytes_apart() const { return capacity_; }
    field_store* store() const { return store_; }

    // Asks for its bytes, some hundreds at most, without waiting for them.
    void bring_near() const {
        constexpr std::uint32_t bytes_max = 512;
        prefetch(bytes_, std::min(size_, bytes_max));
    }

private:
    static constexpr std::size_t chunked_max = chunk_pool::run_max * chunk_pool::chunk_bytes;

    bool is_chunked(std::size_t capacity) const {
        return store_ != nullptr && capacity <= chunked_max;
    }
    void grow(std::size_t needed);
    void release(char* bytes, std::uint32_t capacity, chunk_pool::chunk_id first);
    void swap(field_buffer& other) noexcept;

    field_store* store_;
    char* bytes_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;
    chunk_pool::chunk_id first_ = 0; // if it is in chunks
};

} // namespace hubspool
