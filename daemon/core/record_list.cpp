#include "core/record_list.hpp"

#include "core/varint.hpp"

#include <algorithm>

namespace hubspool {

namespace {
// In the low bits of the first number; the others are the ordinals passed over since the base.
constexpr std::uint64_t flag_other_file = 1; // another file follows, or an earlier record
constexpr std::uint64_t flag_line = 2; // its line is not that of the base and the ordinals passed
constexpr std::uint64_t flag_fieldless = 4;
constexpr std::uint64_t flag_reference = 8;
constexpr unsigned flag_bits = 4;

// What the first record of a file is coded against: of a file of a record a line, all lines can be
// told from it.
record_ref start_of(std::uint64_t file) {
    record_ref start;
    start.file = file;
    start.line = 1;
    return start;
}
} // namespace

void record_list::append(const record_ref& record) {
    const bool follows =
        count_ > 0 && record.file == newest_.file && record.ordinal >= newest_ordinal_;
    record_ref base = start_of(record.file);
    if (follows) {
        base.ordinal = newest_ordinal_;
        base.line = newest_line_;
    }
    const std::uint64_t passed = record.ordinal - base.ordinal;
    std::uint64_t flags = 0;
    if (!follows) flags |= flag_other_file;
    if (record.line != base.line + passed) flags |= flag_line;
    if (record.fieldless) flags |= flag_fieldless;
    if (!record.reference.empty()) flags |= flag_reference;

    char numbers[5 * varint_bytes_max];
    char* end = write_varint(numbers, passed << flag_bits | flags);
    if (!follows) end = write_varint(end, record.file);
    if ((flags & flag_line) != 0) {
        end = write_varint(end, record.line);
        end = write_varint(end, record.offset ? *record.offset + 1 : 0);
    }
    if ((flags & flag_reference) != 0) end = write_varint(end, record.reference.size());
    const auto bytes = static_cast<std::size_t>(end - numbers);
    char* out = coded_.room(bytes + record.reference.size());
    out = std::copy(numbers, end, out);
    coded_.took(std::copy(record.reference.begin(), record.reference.end(), out));

    ++count_;
    const bool is_newest =
        position{newest_.file, newest_ordinal_} <= position{record.file, record.ordinal};
    if (!is_newest && count_ > 1) return;
    newest_ = {record.file, record.offset.value_or(newest_.place)};
    newest_ordinal_ = record.ordinal;
    newest_line_ = record.line;
}

void record_list::append(const record_list& other) {
    other.for_each([this](const record_ref& record) { append(record); });
    newest_ = std::max(newest_, other.newest_);
}

std::vector<position> record_list::order() const {
    std::vector<position> order;
    order.reserve(count_);
    for_each([&](const record_ref& record) { order.push_back({record.file, record.ordinal}); });
    return order;
}

bool record_list::reader::next() {
    if (rest.empty()) return false;
    const std::uint64_t first = get_varint(rest);
    const record_ref from = (first & flag_other_file) != 0 ? start_of(get_varint(rest)) : base;
    const std::uint64_t passed = first >> flag_bits;
    record = {};
    record.file = from.file;
    record.ordinal = from.ordinal + passed;
    record.line = from.line + passed;
    record.fieldless = (first & flag_fieldless) != 0;
    if ((first & flag_line) != 0) {
        record.line = get_varint(rest);
        if (const std::uint64_t place = get_varint(rest); place > 0) record.offset = place - 1;
    }
    if ((first & flag_reference) != 0) record.reference = get_string(rest);
    if (position{base.file, base.ordinal} <= position{record.file, record.ordinal}) base = record;
    return true;
}

} // namespace hubspool
