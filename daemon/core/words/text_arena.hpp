// Text that only grows, written in place. Unlike a string it does not clear the room it hands out,
// which would cost as much as what is written into it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace hubspool {

class text_arena {
public:
    text_arena() = default;
    text_arena(text_arena&& other) noexcept
        : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)),
          capacity_(std::exchange(other.capacity_, 0)) {}
    text_arena& operator=(text_arena&& other) noexcept {
        bytes_ = std::move(other.bytes_);
        size_ = std::exchange(other.size_, 0);
        capacity_ = std::exchange(other.capacity_, 0);
        return *this;
    }

    // Room for `n` bytes behind the text; took() says where what was written there ends.
    char* room(std::size_t n) {
        if (capacity_ - size_ < n) grow(n);
        return bytes_.get() + size_;
    }
    void took(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.get()); }
    void append(std::string_view text) {
        if (text.empty()) return; // which may point to nothing
        std::memcpy(room(text.size()), text.data(), text.size());
        size_ += text.size();
    }
    void append_quoted(std::string_view text) {
        char* const at = room(text.size() + 2);
        *at = '"';
        std::memcpy(at + 1, text.data(), text.size());
        at[text.size() + 1] = '"';
        size_ += text.size() + 2;
    }
    void push_back(char c) {
        *room(1) = c;
        ++size_;
    }
    // Drops what follows the first `size` bytes.
    void truncate(std::size_t size) { size_ = size; }

    std::size_t size() const { return size_; }
    char* data() { return bytes_.get(); }
    std::string_view text() const { return {bytes_.get(), size_}; }

private:
    static constexpr std::size_t first_bytes = 4096;

    void grow(std::size_t n) {
        const std::size_t capacity = std::max({size_ + n, 2 * capacity_, first_bytes});
        auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
        if (size_ > 0) std::memcpy(bytes.get(), bytes_.get(), size_);
        bytes_ = std::move(bytes);
        capacity_ = capacity;
    }

    std::unique_ptr<char[]> bytes_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace hubspool
