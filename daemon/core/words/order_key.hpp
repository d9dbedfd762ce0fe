// Who wins: of two values of one field, that with the larger key.
//
// A key follows from durable bytes alone, the claimed file's name and the record: never from a
// database, a run, or a clock at reading. So a record has the same key however often it is read.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>
#include <optional>

namespace hubspool {

// When something was so: milliseconds since 1970.
using as_of_ms = std::uint64_t;

struct order_key {
    as_of_ms as_of = 0;        // the record's, else the file's, else the file's stamp
    std::uint64_t number = 0;  // the claim's
    std::uint64_t ordinal = 0; // which record of its file, from 0

    friend auto operator<=>(const order_key&, const order_key&) = default;
};

// Of a replay: stamp and number of the file whose records it carries once more. A replay of a
// replay keeps the first one's.
struct file_base {
    as_of_ms stamp = 0;
    std::uint64_t number = 0;

    friend bool operator==(const file_base&, const file_base&) = default;
};

// Which record it was first: the file that had it, and its place there. What is sent once more
// keeps it. {}: as its own file and place say.
struct record_name {
    std::uint64_t number = 0;
    std::uint64_t ordinal = 0;
    friend bool operator==(const record_name&, const record_name&) = default;
};

// What the keys of a file's records are made of.
struct file_order {
    as_of_ms stamp = 0;       // when the file arrived; never falls from claim to claim
    as_of_ms as_of = 0;       // of records that have none of their own; at most the base's stamp
    std::uint64_t number = 0; // the claim's
    std::optional<file_base> base = {}; // of a replay: below stamp and number

    // `own`: the record's as_of, if it has one. What lies in the future counts as the stamp. The
    // records of a replay have the keys that they had in its base.
    order_key key(std::optional<as_of_ms> own, std::uint64_t ordinal) const {
        const file_base from = base.value_or(file_base{stamp, number});
        return {own ? std::min(*own, from.stamp) : as_of, from.number, ordinal};
    }
    // Not below any key of the file.
    order_key end() const { return {stamp, number, std::numeric_limits<std::uint64_t>::max()}; }

    friend bool operator==(const file_order&, const file_order&) = default;
};

} // namespace hubspool
