// Bytes that are kept by the hundred thousand: sixteen beside its text, and little to spare behind
// it. At most 4 GiB.
#pragma once

#include "core/prefetch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <utility>

namespace hubspool {

class compact_text {
public:
    compact_text() = default;
    compact_text(compact_text&& other) noexcept { swap(other); }
    compact_text& operator=(compact_text&& other) noexcept {
        compact_text taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~compact_text() { std::free(bytes_); }

    // Room for `n` bytes behind the text; took() says where what was written there ends.
    char* room(std::size_t n) {
        if (capacity_ - size_ < n) grow(size_ + n);
        return bytes_ + size_;
    }
    void took(const char* end) { size_ = static_cast<std::uint32_t>(end - bytes_); }

    char* data() { return bytes_; }
    const char* data() const { return bytes_; }
    const char* end() const { return bytes_ + size_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    // Bytes it holds beside itself.
    std::size_t bytes_apart() const { return capacity_; }

    // Asks for its bytes, some hundreds at most, without waiting for them.
    void bring_near() const {
        constexpr std::uint32_t bytes_max = 512;
        prefetch(bytes_, std::min(size_, bytes_max));
    }

private:
    void swap(compact_text& other) noexcept {
        std::swap(bytes_, other.bytes_);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }
    // Doubling would cost too much where there are so many; what malloc rounds up to is used.
    void grow(std::size_t needed) {
        constexpr std::size_t header = 8, step = 16;
        const std::size_t wanted = needed + needed / 8;
        const std::size_t capacity = (wanted + header + step - 1) / step * step - header;
        void* const bytes = std::realloc(bytes_, capacity);
        if (bytes == nullptr) throw std::bad_alloc();
        bytes_ = static_cast<char*>(bytes);
        capacity_ = static_cast<std::uint32_t>(capacity);
    }

    char* bytes_ = nullptr;
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = 0;
};

} // namespace hubspool
