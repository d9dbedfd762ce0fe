#include "core/books/settled_records.hpp"

#include "core/words/varint.hpp"

#include <algorithm>

namespace hubspool {

namespace {
// The first number of a record: ordinals passed over since the one before, its fate, and one bit:
// whether file and ordinal follow instead.
constexpr std::uint64_t place_follows = 1;
constexpr unsigned fate_at = 1, passed_at = 4;
constexpr std::uint64_t fate_mask = 7;
constexpr std::uint64_t passed_max = ~std::uint64_t{0} >> passed_at;
} // namespace

void settled_records::add(const settled_record& record) {
    const std::uint64_t fate = static_cast<std::uint64_t>(record.fate) << fate_at;
    const std::uint64_t passed = record.ordinal - last_.ordinal;
    char numbers[3 * varint_bytes_max];
    char* end = numbers;
    // The usual case: the next record of the same file takes one or two bytes.
    if (record.file == last_.file && record.ordinal >= last_.ordinal && passed <= passed_max) {
        end = write_varint(end, passed << passed_at | fate);
    } else {
        // Another file, or a step back: the place is written out.
        end = write_varint(end, fate | place_follows);
        end = write_varint(end, record.file);
        end = write_varint(end, record.ordinal);
    }
    coded_.append(numbers, end);
    last_ = record;
    counts_.add(record.fate);
    newest_file_ = std::max(newest_file_, record.file);
}

settled_records::iterator& settled_records::iterator::operator++() {
    // next_ stands behind the record at hand, so the end is met one step later.
    if (next_ == end_) {
        next_ = nullptr;
        return *this;
    }
    const std::uint64_t first = read_varint(next_);
    record_.fate = static_cast<fate>((first >> fate_at) & fate_mask);
    if ((first & place_follows) == 0) {
        record_.ordinal += first >> passed_at;
    } else {
        // The place was written out, since it could not be told from the record before.
        record_.file = read_varint(next_);
        record_.ordinal = read_varint(next_);
    }
    return *this;
}

} // namespace hubspool
