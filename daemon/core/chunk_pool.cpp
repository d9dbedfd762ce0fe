#include "core/chunk_pool.hpp"

#include <algorithm>

namespace hubspool {

namespace {

// Where runs of `count` begin.
std::uint64_t run_starts(std::uint64_t free, std::size_t count) {
    for (std::size_t have = 1; have < count;) {
        const std::size_t more = std::min(have, count - have);
        free &= free >> more;
        have += more;
    }
    return free;
}

// The longest run that is free, at most run_max.
std::size_t longest_run(std::uint64_t free) {
    std::size_t longest = 0;
    for (; free != 0 && longest < chunk_pool::run_max; ++longest) free &= free >> 1;
    return longest;
}

} // namespace

std::uint32_t chunk_pool::new_slab() {
    auto number = static_cast<std::uint32_t>(slabs_.size());
    if (unused_.empty()) {
        slabs_.emplace_back();
        listed_.push_back(0);
    } else {
        number = unused_.back();
        unused_.pop_back();
    }
    slabs_[number].reset(new slab); // whose bytes are not cleared
    return number;
}

std::uint32_t chunk_pool::slab_with_room(std::size_t count) {
    for (std::size_t longest = count; longest <= run_max; ++longest) {
        std::vector<std::uint32_t>& numbers = with_room_[longest - 1];
        while (!numbers.empty()) {
            const std::uint32_t number = numbers.back();
            const slab* const last = slabs_[number].get();
            if (last != nullptr && longest_run(last->free) == longest) return number;
            listed_[number] &= ~(1U << longest);
            numbers.pop_back();
        }
    }
    return new_slab();
}

void chunk_pool::list(std::uint32_t number) {
    const std::size_t longest = longest_run(slabs_[number]->free);
    if (longest == 0 || (listed_[number] >> longest & 1U) != 0) return;
    listed_[number] |= 1U << longest;
    with_room_[longest - 1].push_back(number);
}

chunk_pool::chunk_id chunk_pool::take(std::size_t count) {
    const std::uint32_t number = slab_with_room(count);
    slab& from = *slabs_[number];
    const auto chunk = static_cast<unsigned>(std::countr_zero(run_starts(from.free, count)));
    from.free &= ~(bits(count) << chunk);
    taken_ += count;
    list(number);
    return static_cast<chunk_id>(number * slab_chunks + chunk);
}

bool chunk_pool::extend(chunk_id first, std::size_t count, std::size_t wanted) {
    const auto number = static_cast<std::uint32_t>(first / slab_chunks);
    const std::size_t end = first % slab_chunks + count, more = wanted - count;
    if (end + more > slab_chunks) return false;
    slab& of = *slabs_[number];
    const std::uint64_t behind = bits(more) << end;
    if ((of.free & behind) != behind) return false;
    of.free &= ~behind;
    taken_ += more;
    list(number);
    return true;
}

void chunk_pool::give_back(chunk_id first, std::size_t count) {
    const auto number = static_cast<std::uint32_t>(first / slab_chunks);
    slab& to = *slabs_[number];
    to.free |= bits(count) << (first % slab_chunks);
    taken_ -= count;
    if (~to.free != 0) return list(number);
    // Entries in with_room_ may stay: they are dropped, or stand for the next slab of the number.
    slabs_[number].reset();
    unused_.push_back(number);
}

} // namespace hubspool
