#include "core/pending/object_table.hpp"

#include "core/words/short_text.hpp"

#include <algorithm>

namespace hubspool {

namespace {
constexpr std::size_t first_slots = 64;
} // namespace

// Multiplies eight bytes at a time and folds (as wyhash does); ids are not chosen by an enemy who
// gains by slow look-ups: producers own the queue.
std::uint64_t object_table::hash(std::string_view id) {
    std::uint64_t sum = id.size() * 0x9e3779b97f4a7c15;
    const auto mix = [&](std::uint64_t word) {
        sum = (sum ^ word) * 0xbf58476d1ce4e5b9;
        sum ^= sum >> 32;
    };
    while (id.size() >= 8) {
        mix(word_at<std::uint64_t>(id.data()));
        id.remove_prefix(8);
    }
    // The size is mixed in at the start: so a short word's missing bytes cannot be confused with
    // zeros.
    mix(last_word(id));
    mix(0);
    return sum;
}

void object_table::insert(std::uint64_t hash, object_index index) {
    // At three quarters chains grow long; doubling keeps the low bits of the tag useful.
    if (slots_.size() * 3 <= size_ * 4) resize(std::max(first_slots, 2 * slots_.size()));
    put({tag(hash), index});
    ++size_;
}

void object_table::put(slot s) {
    std::size_t at = place(s.tag);
    while (slots_[at].index != none) at = after(at);
    slots_[at] = s;
}

void object_table::resize(std::size_t slots) {
    // The old slots are read while the new ones fill: tags are enough, no id is looked at.
    std::pmr::vector<slot> old(slots, slots_.get_allocator());
    old.swap(slots_);
    for (const slot& s : old)
        if (s.index != none) put(s);
}

void object_table::erase(std::uint64_t hash, object_index index) {
    std::size_t hole = place(hash);
    // The object's own slot, not only its hash: others may share that.
    while (slots_[hole].index != index) hole = after(hole);
    // What was pushed on over the hole moves back into it, so that no search ends too early.
    for (std::size_t at = after(hole); slots_[at].index != none; at = after(at)) {
        // An entry may move into the hole only if the hole is not before its home: else no search
        // would find it.
        const std::size_t home = place(slots_[at].tag);
        const std::size_t mask = slots_.size() - 1;
        if (((at - home) & mask) < ((at - hole) & mask)) continue;
        slots_[hole] = slots_[at];
        hole = at;
    }
    slots_[hole] = {};
    --size_;
    // After a backlog the table shrinks, but only at an eighth: it does not swing at a boundary.
    if (slots_.size() > first_slots && size_ < slots_.size() / 8) resize(slots_.size() / 2);
}

} // namespace hubspool
