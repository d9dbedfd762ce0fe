#include "core/books/file_books.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace hubspool {

bool settled_set::contains(std::uint64_t ordinal) const {
    if (ordinal < base_) return true;
    // Words below first_word_ were dropped; the base covers them, so they were answered above.
    const std::uint64_t word = ordinal / 64 - first_word_;
    return word < bits_.size() && ((bits_[word] >> (ordinal % 64)) & 1) != 0;
}

bool settled_set::insert(std::uint64_t ordinal) {
    if (contains(ordinal)) return false;
    const std::uint64_t word = ordinal / 64 - first_word_;
    if (word >= bits_.size()) bits_.resize(word + 1);
    bits_[word] |= std::uint64_t{1} << (ordinal % 64);
    return true;
}

void settled_set::expect(std::uint64_t ordinals) {
    const std::uint64_t words = (ordinals + 63) / 64;
    if (words > first_word_) bits_.reserve(words - first_word_);
}

std::uint64_t settled_set::first_open() const {
    std::uint64_t ordinal = base_;
    while (true) {
        const std::uint64_t word = ordinal / 64 - first_word_;
        if (word >= bits_.size()) return ordinal;
        const std::uint64_t rest = bits_[word] >> (ordinal % 64);
        // Ones are counted a word at a time: a file of ten million records has 150,000 words.
        const auto ones = static_cast<std::uint64_t>(std::countr_one(rest));
        const std::uint64_t left = 64 - ordinal % 64;
        if (ones < left) return ordinal + ones;
        ordinal += left;
    }
}

void settled_set::raise_base(std::uint64_t ordinal) {
    if (ordinal <= base_) return;
    base_ = ordinal;
    const std::uint64_t below = base_ / 64 - first_word_;
    // Seldom, and then many at once: a file of ten million records has 150,000 words.
    if (below < bits_.size() / 2) return;
    bits_.erase(bits_.begin(),
                bits_.begin() + static_cast<std::ptrdiff_t>(std::min(below, bits_.size())));
    first_word_ += below;
}

bool file_book::complete() const {
    return records_in && settled.first_open() >= *records_in;
}

bool file_book::balanced() const {
    return records_in && counts.settled() == *records_in;
}

} // namespace hubspool
