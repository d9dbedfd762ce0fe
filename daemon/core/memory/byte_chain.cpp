#include "core/memory/byte_chain.hpp"

#include "core/memory/prefetch.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t link_at = chunk_pool::chunk_bytes - sizeof(chunk_pool::chunk_id);

chunk_pool::chunk_id next_of(const chunk_pool& chunks, chunk_pool::chunk_id chunk) {
    chunk_pool::chunk_id next = 0;
    std::memcpy(&next, chunks.at(chunk) + link_at, sizeof next);
    return next;
}

void set_next(chunk_pool& chunks, chunk_pool::chunk_id chunk, chunk_pool::chunk_id next) {
    std::memcpy(chunks.at(chunk) + link_at, &next, sizeof next);
}

} // namespace

byte_chain& byte_chain::operator=(byte_chain&& other) noexcept {
    // A third object, so that what was held goes when it ends, also when both are the same.
    byte_chain taken(std::move(other));
    swap(taken);
    return *this;
}

void byte_chain::swap(byte_chain& other) noexcept {
    std::swap(chunks_, other.chunks_);
    std::swap(own_, other.own_);
    std::swap(size_, other.size_);
    std::swap(last_, other.last_);
}

void byte_chain::clear() {
    std::size_t left = chunks_taken();
    // The chunks form a ring, of which only the last is known: the one after it is the first.
    if (left == 0) return;
    chunk_pool::chunk_id chunk = next_of(*chunks_, last_);
    for (; left > 0; --left) {
        // The link stands in the chunk itself, so it is read before the chunk goes.
        const chunk_pool::chunk_id next = next_of(*chunks_, chunk);
        chunks_->give_back(std::exchange(chunk, next));
    }
}

void byte_chain::append(const char* bytes, std::size_t count) {
    while (count > 0) {
        // The own bytes are filled first: most texts never need a chunk.
        const std::size_t filled = std::min<std::size_t>(size_, own_bytes);
        char* out = own_ + filled;
        std::size_t room = own_bytes - filled;
        if (room == 0) {
            // Chunks are filled one after the other, so the fill of the last follows from the size
            // alone.
            const std::size_t used = (size_ - own_bytes) % text_bytes;
            if (used == 0) add_chunk();
            out = chunks_->at(last_) + used;
            room = text_bytes - used;
        }
        const std::size_t n = std::min(count, room);
        std::memcpy(out, bytes, n);
        bytes += n;
        count -= n;
        size_ += static_cast<std::uint32_t>(n);
    }
}

void byte_chain::add_chunk() {
    const chunk_pool::chunk_id made = chunks_->take();
    // The first chunk follows itself: a ring of one.
    if (chunks_taken() == 0) {
        set_next(*chunks_, made, made);
    } else {
        set_next(*chunks_, made, next_of(*chunks_, last_));
        set_next(*chunks_, last_, made);
    }
    last_ = made;
}

void byte_chain::bring_near() const {
    // Only the last chunk is written to when the text grows.
    if (size_ > own_bytes) prefetch(chunks_->at(last_), chunk_pool::chunk_bytes);
}

byte_chain::reader::reader(const byte_chain& chain)
    : chunks_(*chain.chunks_), at_(chain.own_),
      end_(chain.own_ + std::min<std::size_t>(chain.size_, own_bytes)), left_(chain.size_),
      next_(chain.size_ <= own_bytes ? 0 : next_of(chunks_, chain.last_)) {
}

void byte_chain::reader::step() {
    at_ = chunks_.at(next_);
    end_ = at_ + text_bytes;
    next_ = next_of(chunks_, next_);
}

} // namespace hubspool
