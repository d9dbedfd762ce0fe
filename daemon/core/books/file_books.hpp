// The books of the files in cur/: which of their records are settled, and how far everything is.
//
// One bit a record above the watermark, none below it, so a file of ten million records costs about
// a megabyte. A file is complete when all of it was read and every record has its fate. Pure. Owned
// by the state thread (and filled once by recovery).
#pragma once

#include "core/books/settled_records.hpp"
#include "core/words/read_point.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace hubspool {

// The settled records of one file: everything below `base`, and single ones above it.
class settled_set {
public:
    bool contains(std::uint64_t ordinal) const;
    // False when it was settled already.
    bool insert(std::uint64_t ordinal);
    // There will be none from `ordinals` on: its memory need not grow step by step.
    void expect(std::uint64_t ordinals);
    // The first ordinal that is not settled.
    std::uint64_t first_open() const;
    // Forgets the bits below `ordinal`, all of which must be settled (or are declared so).
    void raise_base(std::uint64_t ordinal);
    std::uint64_t base() const { return base_; }

private:
    std::uint64_t base_ = 0;
    std::uint64_t first_word_ = 0;    // bits_[0] is of the ordinals from first_word_ * 64 on
    std::vector<std::uint64_t> bits_; // those below base_ mean nothing
};

struct file_book {
    fate_counts counts;
    settled_set settled;
    read_point watermark;                // everything before it is settled; durable
    std::vector<read_point> read_points; // known starts of blocks above the watermark, ascending
    std::optional<std::uint64_t> records_in; // known when the file was read to its end

    bool complete() const;
    bool balanced() const;
};

} // namespace hubspool
