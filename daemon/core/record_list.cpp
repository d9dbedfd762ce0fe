#include "core/record_list.hpp"

#include "core/varint.hpp"

namespace hubspool {

namespace {
constexpr unsigned char flag_fieldless = 1;
constexpr unsigned char flag_reference = 2;
constexpr unsigned char flag_other_file = 4;
constexpr unsigned char flag_line_skew = 8; // the line is not the previous line plus the ordinals passed
} // namespace

void record_list::append(const record_ref& record) {
    const bool same_file = count_ > 0 && record.at.file == last_.at.file &&
                           record.at.place >= last_.at.place && record.ordinal >= last_.ordinal;
    const record_ref base = same_file ? last_ : record_ref{};
    const std::uint64_t expected_line = base.line + (record.ordinal - base.ordinal);
    unsigned flags = 0;
    if (record.fieldless) flags |= flag_fieldless;
    if (!record.reference.empty()) flags |= flag_reference;
    if (!same_file) flags |= flag_other_file;
    if (record.line != expected_line) flags |= flag_line_skew;

    coded_.push_back(static_cast<char>(flags));
    if (!same_file) put_varint(coded_, record.at.file);
    put_varint(coded_, record.at.place - base.at.place);
    put_varint(coded_, record.ordinal - base.ordinal);
    if ((flags & flag_line_skew) != 0) put_varint(coded_, record.line);
    if (!record.reference.empty()) put_string(coded_, record.reference);

    last_ = record;
    last_.reference = {};
    if (newest_ < record.at) newest_ = record.at;
    ++count_;
}

void record_list::append(const record_list& other) {
    other.for_each([this](const record_ref& record) { append(record); });
}

bool record_list::reader::next() {
    if (rest.empty()) return false;
    const auto flags = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    record_ref base = record;
    if ((flags & flag_other_file) != 0) {
        base = {};
        base.at.file = get_varint(rest);
    }
    record = {};
    record.at = {base.at.file, base.at.place + get_varint(rest)};
    const std::uint64_t passed = get_varint(rest);
    record.ordinal = base.ordinal + passed;
    record.line = (flags & flag_line_skew) != 0 ? get_varint(rest) : base.line + passed;
    record.fieldless = (flags & flag_fieldless) != 0;
    if ((flags & flag_reference) != 0) record.reference = get_string(rest);
    return true;
}

} // namespace hubspool
