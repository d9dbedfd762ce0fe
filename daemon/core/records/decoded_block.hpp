// What reading one window of a queue file gave: the unit handed from the intake thread to core.
#pragma once

#include "core/words/field_key.hpp"
#include "core/words/lane.hpp"
#include "core/words/order_key.hpp"
#include "core/words/read_point.hpp"
#include "core/words/text_arena.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// A part of a block's arena.
struct slice {
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
};

// A valid change record. `object_id` is unescaped and canonical (no leading zeros in a number);
// `fields` is coded as core/records/field_coding.hpp says, its keys are the block's; `reference` is
// "$hubspool".id or empty, `as_of` is "$hubspool".as_of where there is no order.
struct decoded_record {
    std::uint64_t offset = 0;
    std::uint64_t ordinal = 0;
    std::uint64_t line = 0;
    slice object_id;
    slice fields;
    slice reference;
    std::optional<as_of_ms> as_of = {}; // its own
};

// "$hubspool".order of a record, or {}. Few have one: they are kept beside the records.
struct carried_order {
    std::uint64_t ordinal = 0; // of the record
    order_key key;             // with the record's own as_of, if that is older
    bool as_newest = false;    // it only tells which record it was: its key is its file's
};

// A piece that is no valid change record. Becomes a dead letter.
struct bad_record {
    std::uint64_t offset = 0;
    std::uint64_t size = 0; // bytes it occupies in the file
    std::uint64_t ordinal = 0;
    std::uint64_t count = 1; // records in the books; more than one for a row that names a range
    std::uint64_t line = 0;
    std::string reason;    // a sentence for a person
    std::string content;   // as it stands in the file; cut at bad_content_bytes_max
    std::string object_id; // empty when it could not be told
    std::string reference;
    std::optional<as_of_ms> as_of = {}; // its own, as far as it could be read
};
inline constexpr std::size_t bad_content_bytes_max = 64 * 1024;

struct decoded_block {
    std::uint64_t file = 0;
    hubspool::lane lane = hubspool::lane::live;
    file_order order; // of its file
    read_point from;  // where the block starts
    read_point to;    // where the next one starts
    text_arena arena;
    std::vector<field_key> keys; // of its records' fields
    std::vector<decoded_record> records;
    std::vector<carried_order> carried; // by records that have an order; in order of ordinal
    std::vector<bad_record> bad;
    std::uint64_t lone_surrogates = 0; // that were replaced by U+FFFD
    std::uint64_t with_as_of = 0;      // records that have one of their own

    // The order that this record brings along, or null.
    const carried_order* carried_by(std::uint64_t ordinal) const {
        const auto found = std::lower_bound(
            carried.begin(), carried.end(), ordinal,
            [](const carried_order& c, std::uint64_t at) { return c.ordinal < at; });
        return found != carried.end() && found->ordinal == ordinal ? &*found : nullptr;
    }
    order_key key_of(const decoded_record& record) const {
        return key_of(record.as_of, record.ordinal);
    }
    // Of a file whose claim told nothing else, the keys go by its number alone.
    order_key key_of(std::optional<as_of_ms> own, std::uint64_t ordinal) const {
        file_order of_file = order;
        if (of_file.number == 0) of_file.number = file;
        const carried_order* const brought = carried.empty() ? nullptr : carried_by(ordinal);
        if (brought == nullptr) return of_file.key(own, ordinal);
        const order_key newest = of_file.key(of_file.stamp, ordinal);
        // No record is newer than its file.
        return brought->as_newest ? newest : std::min(brought->key, newest);
    }
    // Which record it was first, if its key does not tell it.
    record_name first_of(std::uint64_t ordinal, const order_key& key) const {
        const carried_order* const brought = carried.empty() ? nullptr : carried_by(ordinal);
        if (brought == nullptr) return {};
        const record_name first{brought->key.number, brought->key.ordinal};
        return first == record_name{key.number, key.ordinal} ? record_name{} : first;
    }

    // The oldest as_of of its records' keys.
    as_of_ms oldest() const {
        as_of_ms oldest = order.as_of;
        for (const decoded_record& record : records)
            if (record.as_of) oldest = std::min(oldest, *record.as_of);
        for (const carried_order& brought : carried) oldest = std::min(oldest, brought.key.as_of);
        return oldest;
    }

    std::string_view text(slice part) const { return arena.text().substr(part.begin, part.size); }
    // Records whose as_of, or that of the order which they bring along, lies above `at`.
    std::uint64_t as_of_above(as_of_ms at) const {
        std::uint64_t above = 0;
        for (const carried_order& brought : carried) above += brought.key.as_of > at ? 1 : 0;
        if (with_as_of == 0) return above;
        for (const decoded_record& record : records) above += record.as_of > at ? 1 : 0;
        return above;
    }
    // What it holds of its file's text.
    std::size_t bytes() const {
        std::size_t sum = arena.size() + carried.size() * sizeof(carried_order);
        for (const field_key& key : keys) sum += sizeof key + key.name.size();
        for (const bad_record& piece : bad) sum += sizeof piece + piece.content.size();
        return sum;
    }
};

} // namespace hubspool
