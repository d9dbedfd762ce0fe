#include "core/memory/chunk_pool.hpp"

#include <algorithm>

namespace hubspool {

namespace {

// Where runs of `count` begin.
std::uint64_t run_starts(std::uint64_t free, std::size_t count) {
    // Doubling: after each step a set bit says that `have` bits from there on are free.
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
    // Each step takes one bit off every run; the number of steps until none is left is the longest.
    for (; free != 0 && longest < chunk_pool::run_max; ++longest) free &= free >> 1;
    return longest;
}

} // namespace

std::uint32_t chunk_pool::empty_slab() {
    // Slabs that were used before come first, since their memory is likely to be there.
    std::vector<std::uint32_t>& empty = lists_[0];
    while (!empty.empty()) {
        const std::uint32_t number = empty.back();
        empty.pop_back();
        slabs_[number].listed &= ~1U;
        // The list may be stale: the region may have gone, or the slab may have been filled by
        // another way.
        if (regions_.stands(number) && slabs_[number].is_empty()) return number;
    }
    // Then those of the newest region that were never used, so that untouched pages stay untouched.
    while (true) {
        const std::uint32_t number = regions_.next_slab();
        if (number >= slabs_.size()) slabs_.resize(regions_.slab_numbers());
        if (slabs_[number].is_empty())
            return number; // else it came by the list, from a region gone
    }
}

std::uint32_t chunk_pool::slab_with_room(std::size_t count) {
    // From the shortest run that fits upward: long runs are kept for those who need them.
    for (std::size_t longest = count; longest <= run_max; ++longest) {
        std::vector<std::uint32_t>& numbers = lists_[longest];
        while (!numbers.empty()) {
            const std::uint32_t number = numbers.back();
            slab& last = slabs_[number];
            // The entry is true still. Else it is dropped: whoever changed the slab has listed it
            // anew.
            if (!last.is_empty() && longest_run(last.free) == longest) return number;
            last.listed &= ~(1U << longest);
            numbers.pop_back();
        }
    }
    return empty_slab();
}

void chunk_pool::list(std::uint32_t number, std::size_t list_number) {
    if ((slabs_[number].listed >> list_number & 1U) != 0) return;
    slabs_[number].listed |= 1U << list_number;
    lists_[list_number].push_back(number);
}

chunk_pool::chunk_id chunk_pool::take(std::size_t count) {
    const std::uint32_t number = slab_with_room(count);
    slab& holder = slabs_[number];
    // A slab that was counted as empty is used from now on.
    if (holder.is_empty()) {
        leave(holder, false);
        ++slabs_used_;
        regions_.use(number);
    }
    // The lowest place, so that slabs fill from their beginning and extend() finds room behind.
    const auto chunk = static_cast<unsigned>(std::countr_zero(run_starts(holder.free, count)));
    holder.free &= ~(bits(count) << chunk);
    taken_ += count;
    if (holder.free != 0) list(number, longest_run(holder.free));
    return static_cast<chunk_id>(number * slab_chunks + chunk);
}

bool chunk_pool::extend(chunk_id first, std::size_t count, std::size_t wanted) {
    const auto number = static_cast<std::uint32_t>(first / slab_chunks);
    const std::size_t end = first % slab_chunks + count, more = wanted - count;
    // A run never crosses its slab: the next one may be of another region.
    if (end + more > slab_chunks) return false;
    slab& holder = slabs_[number];
    const std::uint64_t behind = bits(more) << end;
    // Something behind is taken: the caller has to move the text.
    if ((holder.free & behind) != behind) return false;
    holder.free &= ~behind;
    taken_ += more;
    if (holder.free != 0) list(number, longest_run(holder.free));
    return true;
}

void chunk_pool::give_back(chunk_id first, std::size_t count) {
    const auto number = static_cast<std::uint32_t>(first / slab_chunks);
    slab& holder = slabs_[number];
    holder.free |= bits(count) << (first % slab_chunks);
    taken_ -= count;
    if (holder.is_empty()) return slab_empties(number);
    list(number, longest_run(holder.free));
}

void chunk_pool::slab_empties(std::uint32_t number) {
    --slabs_used_;
    // The region stays.
    if (!regions_.leave(number)) {
        leave(slabs_[number], true);
        list(number, 0);
        if (empty_bytes() > empty_bytes_max) give_up_empty();
        return;
    }
    // Entries in lists_ may stay: they are dropped, or stand for the next region of the number.
    const std::size_t first = number - number % pool_regions::region_slabs;
    for (std::size_t i = 0; i < pool_regions::region_slabs; ++i) leave(slabs_[first + i], false);
}

void chunk_pool::leave(slab& empty, bool is_left) {
    if (is_left == empty.is_left) return;
    empty.is_left = is_left;
    if (is_left)
        ++slabs_left_;
    else
        --slabs_left_;
}

void chunk_pool::give_up_empty() {
    for (std::size_t begin = 0; begin < slabs_.size(); ++begin) {
        // Neighbours are given up by one call of the kernel.
        std::size_t end = begin;
        for (; end < slabs_.size() && slabs_[end].is_left; ++end) {
            leave(slabs_[end], false);
            // Slabs of different regions are no neighbours in memory, even if their numbers are.
            if ((end + 1) % pool_regions::region_slabs == 0) {
                ++end;
                break;
            }
        }
        if (end == begin) continue;
        regions_.give_up(static_cast<std::uint32_t>(begin), end - begin);
        // The loop adds one: it goes on behind the run.
        begin = end - 1;
    }
}

} // namespace hubspool
