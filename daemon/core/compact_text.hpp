// Bytes that are kept by the hundred thousand: sixteen beside its text, and little to spare behind
// it. At most 4 GiB.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace hubspool {

class compact_text {
public:
    compact_text() = default;
    compact_text(const compact_text& other) {
        if (other.size_ == 0) return;
        std::memcpy(room(other.size_), other.bytes_, other.size_);
        size_ = other.size_;
    }
    compact_text(compact_text&& other) noexcept { swap(other); }
    compact_text& operator=(compact_text other) noexcept {
        swap(other);
        return *this;
    }
    ~compact_text() { std::free(bytes_); }

    // Room for `n` bytes behind the text; took() says where what was written there ends.
    char* room(std::size_t n) {
        if (capacity_ - size_ < n) grow(size_ + n);
        return bytes_ + size_;
    }
    void took(const char* end) { size_ = static_cast<std::uint32_t>(end - bytes_); }
    void truncate(std::size_t size) { size_ = static_cast<std::uint32_t>(size); }

    char* data() { return bytes_; }
    const char* data() const { return bytes_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::size_t capacity() const { return capacity_; }
    std::string_view text() const { return {bytes_, size_}; }

    // Asks for its bytes from `from` on, some hundreds at most, without waiting for them.
    void bring_near(std::size_t from) const {
        constexpr std::size_t line_bytes = 64, bytes_max = 512;
        const std::size_t end = from + bytes_max < size_ ? from + bytes_max : size_;
        for (std::size_t at = from; at < end; at += line_bytes) __builtin_prefetch(bytes_ + at);
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
        const std::size_t wanted = needed + needed / 8 + step;
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
