// Bytes that only grow at their end, kept by the hundred thousand.
//
// Short ones stand in their own place, further ones in chunks that are never moved or given back
// before the end: growing copies nothing, and leaves no holes behind, as growing one piece of
// memory would. At most 4 GiB. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace hubspool {

class byte_chain {
public:
    byte_chain() = default;
    byte_chain(byte_chain&& other) noexcept { swap(other); }
    byte_chain& operator=(byte_chain&& other) noexcept {
        byte_chain taken(std::move(other));
        swap(taken);
        return *this;
    }
    ~byte_chain();

    void append(const char* bytes, std::size_t count);

    std::size_t size() const { return size_; }
    // Bytes it holds beside itself.
    std::size_t bytes_apart() const;

    // Asks for the place of the last byte, without waiting for it.
    void bring_near() const;

    // Reads it from its first byte on; it must not change meanwhile.
    class reader {
    public:
        explicit reader(const byte_chain& of);
        bool at_end() const { return left_ == 0; }
        // Not at_end().
        char next() {
            if (at_ == end_) step();
            --left_;
            return *at_++;
        }

    private:
        void step();

        const char* at_;
        const char* end_;
        std::size_t left_;
        std::size_t chunk_ = 0; // that comes next
        const void* next_ = nullptr;
    };

private:
    struct chunk;
    void add_chunk(std::size_t text_bytes);
    void swap(byte_chain& other) noexcept;

    static constexpr std::size_t own_bytes = 16;

    char own_[own_bytes] = {};
    chunk* last_ = nullptr; // whose next is the first
    std::uint32_t size_ = 0;
};

} // namespace hubspool
