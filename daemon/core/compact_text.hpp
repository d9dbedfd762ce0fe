// Bytes that are kept by the hundred thousand: short ones in their own place, longer ones behind a
// pointer with little to spare. At most 4 GiB.
#pragma once

#include "core/prefetch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <utility>

namespace hubspool {

// `own_bytes` of text need no other memory; it takes eight bytes more than that.
template <std::size_t own_bytes>
class compact_text {
    static_assert(own_bytes >= sizeof(char*) && own_bytes % alignof(char*) == 0);

public:
    compact_text() = default;
    compact_text(const compact_text&) = delete;
    compact_text(compact_text&& other) noexcept { swap(other); }
    compact_text& operator=(compact_text&& other) noexcept {
        compact_text taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~compact_text() {
        if (!is_own()) std::free(pointer());
    }

    // Room for `n` bytes behind the text; took() says where what was written there ends.
    char* room(std::size_t n) {
        if (capacity_ - size_ < n) grow(size_ + n);
        return data() + size_;
    }
    void took(const char* end) { size_ = static_cast<std::uint32_t>(end - data()); }
    void truncate(std::size_t size) { size_ = static_cast<std::uint32_t>(size); }

    char* data() { return is_own() ? place_ : pointer(); }
    const char* data() const { return is_own() ? place_ : pointer(); }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::string_view text() const { return {data(), size_}; }
    // Bytes it holds beside itself.
    std::size_t bytes_apart() const { return is_own() ? 0 : capacity_; }

    // Asks for its bytes from `from` on, some hundreds at most, without waiting for them.
    void bring_near(std::size_t from) const {
        constexpr std::size_t bytes_max = 512;
        if (!is_own()) prefetch(pointer() + from, std::min<std::size_t>(size_ - from, bytes_max));
    }

private:
    bool is_own() const { return capacity_ == own_bytes; }
    char* pointer() const {
        char* bytes = nullptr;
        std::memcpy(&bytes, place_, sizeof bytes);
        return bytes;
    }
    void swap(compact_text& other) noexcept {
        char place[own_bytes];
        std::memcpy(place, place_, own_bytes);
        std::memcpy(place_, other.place_, own_bytes);
        std::memcpy(other.place_, place, own_bytes);
        std::swap(size_, other.size_);
        std::swap(capacity_, other.capacity_);
    }
    // Doubling would cost too much where there are so many; what malloc rounds up to is used.
    void grow(std::size_t needed) {
        constexpr std::size_t header = 8, step = 16;
        const std::size_t wanted = needed + needed / 8;
        const std::size_t capacity = (wanted + header + step - 1) / step * step - header;
        void* const bytes = is_own() ? std::malloc(capacity) : std::realloc(pointer(), capacity);
        if (bytes == nullptr) throw std::bad_alloc();
        if (is_own()) std::memcpy(bytes, place_, size_);
        std::memcpy(place_, &bytes, sizeof bytes);
        capacity_ = static_cast<std::uint32_t>(capacity);
    }

    // The text itself, or where it is.
    alignas(char*) char place_[own_bytes] = {};
    std::uint32_t size_ = 0;
    std::uint32_t capacity_ = own_bytes;
};

} // namespace hubspool
