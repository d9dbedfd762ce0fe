#include "core/record_list.hpp"

#include "core/varint.hpp"

#include <algorithm>

namespace hubspool {

namespace {
constexpr unsigned char flag_fieldless = 1;
constexpr unsigned char flag_reference = 2;
constexpr unsigned char flag_other_file = 4;
constexpr unsigned char flag_line_skew =
    8; // the line is not the previous line plus the ordinals passed
} // namespace

void record_list::append(const record_ref& record) {
    const bool same_file = count_ > 0 && record.at.file == last_.file &&
                           record.at.place >= last_.place && record.ordinal >= last_ordinal_;
    if (!same_file) {
        last_ = {record.at.file, 0};
        last_ordinal_ = last_line_ = 0;
    }
    const std::uint64_t passed = record.ordinal - last_ordinal_;
    unsigned flags = 0;
    if (record.fieldless) flags |= flag_fieldless;
    if (!record.reference.empty()) flags |= flag_reference;
    if (!same_file) flags |= flag_other_file;
    if (record.line != last_line_ + passed) flags |= flag_line_skew;

    char* end = coded_.room(1 + 5 * varint_bytes_max + record.reference.size());
    *end++ = static_cast<char>(flags);
    if (!same_file) end = write_varint(end, record.at.file);
    end = write_varint(end, record.at.place - last_.place);
    end = write_varint(end, passed);
    if ((flags & flag_line_skew) != 0) end = write_varint(end, record.line);
    if (!record.reference.empty()) {
        end = write_varint(end, record.reference.size());
        end = std::copy(record.reference.begin(), record.reference.end(), end);
    }
    coded_.took(end);

    last_ = record.at;
    last_ordinal_ = record.ordinal;
    last_line_ = record.line;
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
