#include "core/byte_chain.hpp"

#include "core/prefetch.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

namespace hubspool {

// Its text follows it.
struct byte_chain::chunk {
    chunk* next;
    char* text() { return reinterpret_cast<char*>(this + 1); }
    const char* text() const { return reinterpret_cast<const char*>(this + 1); }
};

namespace {

// With malloc's header and the pointer, chunks take 32, 64, and from then on 128 bytes.
constexpr std::size_t beside = 16;
constexpr std::size_t first_text = 32 - beside, second_text = 64 - beside, text = 128 - beside;

std::size_t text_bytes(std::size_t chunk) {
    return chunk == 0 ? first_text : chunk == 1 ? second_text : text;
}

struct place {
    std::size_t chunk;
    std::size_t byte;
};

// Of a byte in the chunks, counted from their first one.
place place_of(std::size_t byte) {
    if (byte < first_text) return {0, byte};
    byte -= first_text;
    if (byte < second_text) return {1, byte};
    byte -= second_text;
    return {2 + byte / text, byte % text};
}

} // namespace

byte_chain::~byte_chain() {
    if (last_ == nullptr) return;
    chunk* at = last_->next;
    last_->next = nullptr;
    while (at != nullptr) std::free(std::exchange(at, at->next));
}

void byte_chain::swap(byte_chain& other) noexcept {
    std::swap(own_, other.own_);
    std::swap(last_, other.last_);
    std::swap(size_, other.size_);
}

void byte_chain::append(const char* bytes, std::size_t count) {
    while (count > 0) {
        char* out = own_ + size_;
        std::size_t room = own_bytes - std::min<std::size_t>(size_, own_bytes);
        if (room == 0) {
            const place to = place_of(size_ - own_bytes);
            if (to.byte == 0) add_chunk(text_bytes(to.chunk));
            out = last_->text() + to.byte;
            room = text_bytes(to.chunk) - to.byte;
        }
        const std::size_t n = std::min(count, room);
        std::memcpy(out, bytes, n);
        bytes += n;
        count -= n;
        size_ += static_cast<std::uint32_t>(n);
    }
}

void byte_chain::add_chunk(std::size_t text_bytes) {
    auto* const made = static_cast<chunk*>(std::malloc(sizeof(chunk) + text_bytes));
    if (made == nullptr) throw std::bad_alloc();
    made->next = last_ == nullptr ? made : last_->next;
    if (last_ != nullptr) last_->next = made;
    last_ = made;
}

std::size_t byte_chain::bytes_apart() const {
    if (size_ <= own_bytes) return 0;
    const std::size_t last = place_of(size_ - own_bytes - 1).chunk;
    constexpr std::size_t first_two = first_text + second_text + 2 * beside;
    if (last < 2) return last == 0 ? first_text + beside : first_two;
    return first_two + (last - 1) * (text + beside);
}

void byte_chain::bring_near() const {
    if (size_ > own_bytes)
        prefetch(last_, sizeof(chunk) + place_of(size_ - own_bytes - 1).byte + 1);
}

byte_chain::reader::reader(const byte_chain& of)
    : at_(of.own_), end_(of.own_ + std::min<std::size_t>(of.size_, own_bytes)), left_(of.size_),
      next_(of.last_ == nullptr ? nullptr : of.last_->next) {
}

void byte_chain::reader::step() {
    const auto* const at = static_cast<const chunk*>(next_);
    at_ = at->text();
    end_ = at_ + text_bytes(chunk_++);
    next_ = at->next;
}

} // namespace hubspool
