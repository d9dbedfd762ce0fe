#include "core/pending/field_buffer.hpp"

#include <cstring>
#include <utility>

namespace hubspool {

field_buffer& field_buffer::operator=(field_buffer&& other) noexcept {
    field_buffer taken(std::move(other));
    // By a swap the old bytes go with the temporary, also when both are one object.
    swap(taken);
    return *this;
}

void field_buffer::swap(field_buffer& other) noexcept {
    std::swap(store_, other.store_);
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
    std::swap(first_, other.first_);
}

void field_buffer::release(char* bytes, std::uint32_t capacity, chunk_pool::chunk_id first) {
    if (capacity == 0) return;
    if (is_chunked(capacity))
        store_->chunks.give_back(first, capacity / chunk_pool::chunk_bytes);
    else
        delete[] bytes;
}

// Doubling would cost too much where there are so many.
void field_buffer::grow(std::size_t needed) {
    constexpr std::size_t step = chunk_pool::chunk_bytes;
    // In whole chunks: a step more each time, since most sets stop growing after a few records.
    std::size_t capacity = (needed + step - 1) / step * step;
    char* bytes = nullptr;
    chunk_pool::chunk_id first = 0;
    if (is_chunked(capacity)) {
        chunk_pool& chunks = store_->chunks;
        const std::size_t held = capacity_ / step;
        // In place, if the chunks behind are free: nothing is copied.
        if (held > 0 && chunks.extend(first_, held, capacity / step)) {
            capacity_ = static_cast<std::uint32_t>(capacity);
            return;
        }
        first = chunks.take(capacity / step);
        bytes = chunks.at(first);
    } else {
        // Beyond the chunks an eighth is added, so that a large set is not copied for each field.
        capacity += capacity / 8;
        bytes = new char[capacity];
    }
    if (size_ > 0) std::memcpy(bytes, bytes_, size_);
    // The old bytes go only after they were copied.
    release(std::exchange(bytes_, bytes), capacity_, first_);
    capacity_ = static_cast<std::uint32_t>(capacity);
    first_ = first;
}

} // namespace hubspool
