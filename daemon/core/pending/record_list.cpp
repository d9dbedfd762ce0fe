#include "core/pending/record_list.hpp"

#include "core/words/varint.hpp"

#include <algorithm>

namespace hubspool {

namespace {
// The first number is the ordinals passed over since the base, and one bit: whether a byte of flags
// follows.
constexpr std::uint64_t flags_follow = 1;
constexpr unsigned char flag_other_file = 1; // another file follows, or an earlier record
constexpr unsigned char flag_line = 2; // its line is not that of the base and the ordinals passed
constexpr unsigned char flag_fieldless = 4;
constexpr unsigned char flag_reference = 8;
constexpr unsigned char flag_as_of = 16; // it is not that of the base
constexpr unsigned char flag_order =
    32; // its key has another number or ordinal than the base tells
constexpr unsigned char flag_fields = 64;
constexpr unsigned char flag_first = 128; // it was another record first than its key says

// In the order that a record brings along, the number is its file's and the ordinal its own, but
// for what is read once more: that keeps the key it had. From file to file the as_of changes
// little.

// What the first record of a file is coded against: of a file of a record a line, all lines can be
// told from it.
record_ref start_of(std::uint64_t file, const order_key& before) {
    record_ref start;
    start.file = file;
    start.line = 1;
    start.key = {before.as_of, file, 0};
    return start;
}
} // namespace

void record_list::append(const record_ref& record) {
    // Coded against the newest so far. After a restart a record of an earlier file may follow; it
    // gets its place written out.
    const bool follows =
        count_ > 0 && record.file == newest_.file && record.ordinal >= newest_ordinal_;
    record_ref base = start_of(record.file, newest_key_);
    if (follows) {
        base.ordinal = newest_ordinal_;
        base.line = newest_line_;
        base.key.number = newest_key_.number;
    }
    const std::uint64_t passed = record.ordinal - base.ordinal;
    unsigned flags = 0;
    if (!follows) flags |= flag_other_file;
    // Where each record takes a line, line and ordinal move together and the line need not be
    // written.
    if (record.line != base.line + passed) flags |= flag_line;
    if (record.fieldless) flags |= flag_fieldless;
    if (!record.reference.empty()) flags |= flag_reference;
    if (record.key.as_of != base.key.as_of) flags |= flag_as_of;
    if (record.key.number != base.key.number || record.key.ordinal != record.ordinal)
        flags |= flag_order;
    if (record.fields != 0) flags |= flag_fields;
    if (record.first != record_name{}) flags |= flag_first;

    char numbers[1 + 11 * varint_bytes_max];
    // One number and no flags: two or three bytes for a record as they mostly come.
    char* end = write_varint(numbers, passed << 1 | (flags != 0 ? flags_follow : 0));
    if (flags != 0) *end++ = static_cast<char>(flags);
    if (!follows) end = write_varint(end, record.file);
    // The offset is kept here only: a record with a line of its own is found by that.
    if ((flags & flag_line) != 0) {
        end = write_varint(end, record.line);
        end = write_varint(end, record.offset ? *record.offset + 1 : 0);
    }
    if ((flags & flag_as_of) != 0)
        end = write_varint(end, zigzag(base.key.as_of, record.key.as_of));
    if ((flags & flag_order) != 0) {
        end = write_varint(end, zigzag(base.key.number, record.key.number));
        end = write_varint(end, zigzag(record.ordinal, record.key.ordinal));
    }
    if ((flags & flag_fields) != 0) end = write_varint(end, record.fields);
    if ((flags & flag_first) != 0) {
        end = write_varint(end, record.first.number);
        end = write_varint(end, record.first.ordinal);
    }
    if ((flags & flag_reference) != 0) end = write_varint(end, record.reference.size());
    coded_.append(numbers, static_cast<std::size_t>(end - numbers));
    coded_.append(record.reference.data(), record.reference.size());

    const bool is_first = count_++ == 0;
    // The base moves forward only: for an older record it would lead the next ones astray.
    const bool is_newest =
        is_first || arrival{newest_.file, newest_ordinal_} <= arrival{record.file, record.ordinal};
    in_order_ = in_order_ && is_newest && (is_first || newest_key_ < record.key);
    if (!is_newest) return;
    newest_ = {record.file, record.offset.value_or(newest_.place)};
    newest_ordinal_ = record.ordinal;
    newest_line_ = record.line;
    newest_key_ = record.key;
}

void record_list::append(const record_list& other) {
    other.for_each([this](const record_ref& record) { append(record); });
    // The newest offset is known for the newest record alone; it comes from the list that has it.
    newest_ = std::max(newest_, other.newest_);
}

std::vector<order_key> record_list::keys() const {
    std::vector<order_key> keys;
    keys.reserve(count_);
    for_each([&](const record_ref& record) { keys.push_back(record.key); });
    return keys;
}

std::uint64_t record_list::reader::number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(rest.next());
        value |= std::uint64_t{byte & 0x7fU} << shift;
        if (byte < 0x80) return value;
    }
}

bool record_list::reader::next() {
    if (rest.at_end()) return false;
    const std::uint64_t first = number();
    // Flags are there only if something is unusual.
    const auto flags = static_cast<unsigned char>((first & flags_follow) != 0 ? rest.next() : '\0');
    const record_ref from = (flags & flag_other_file) != 0 ? start_of(number(), base.key) : base;
    const std::uint64_t passed = first >> 1;
    record = {};
    record.file = from.file;
    record.ordinal = from.ordinal + passed;
    record.line = from.line + passed;
    record.fieldless = (flags & flag_fieldless) != 0;
    if ((flags & flag_line) != 0) {
        record.line = number();
        if (const std::uint64_t place = number(); place > 0) record.offset = place - 1;
    }
    record.key = {from.key.as_of, from.key.number, record.ordinal};
    if ((flags & flag_as_of) != 0) record.key.as_of = unzigzag(from.key.as_of, number());
    if ((flags & flag_order) != 0) {
        record.key.number = unzigzag(from.key.number, number());
        record.key.ordinal = unzigzag(record.ordinal, number());
    }
    if ((flags & flag_fields) != 0) record.fields = static_cast<std::uint32_t>(number());
    if ((flags & flag_first) != 0) {
        record.first.number = number();
        record.first.ordinal = number();
    }
    // The text is copied, since its bytes may lie in two chunks.
    if ((flags & flag_reference) != 0) {
        reference.clear();
        for (std::uint64_t left = number(); left > 0; --left) reference.push_back(rest.next());
        record.reference = reference;
    }
    // The reader's base moves as the writer's did; else the next distance would be wrong.
    if (arrival{base.file, base.ordinal} <= arrival{record.file, record.ordinal}) base = record;
    return true;
}

} // namespace hubspool
