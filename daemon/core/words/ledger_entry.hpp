// What the ledger knows of one object: values.
#pragma once

#include "core/words/field_key.hpp"
#include "core/words/fnv.hpp"
#include "core/words/order_key.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// Of a value that HubSpot acknowledged: enough to tell whether another one is the same. A value.
struct known_value {
    std::uint64_t hash = 0; // hash_of_value(); 0: nobody knows it
    std::uint64_t at = 0;   // when HubSpot acknowledged it: seconds since 1970

    friend bool operator==(const known_value&, const known_value&) = default;
};

// 48 bits are enough: of 300,000 objects of eight fields that all change each night, one is taken
// for unchanged by mistake in 320,000 years; and unchanged_max_age mends it then.
inline constexpr std::size_t value_hash_bytes = 6;

// Of the JSON text as it stands in a request. Never 0.
constexpr std::uint64_t hash_of_value(std::string_view json) {
    // The last bytes of a text reach only the lower half of FNV-1a: so it is mixed once more.
    std::uint64_t hash = fnv_64(json);
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
    return std::max<std::uint64_t>(1, (hash ^ (hash >> 33)) >> 16);
}

// Of two that were acknowledged under one key. When they differ, nobody knows which came last: one
// was mended and sent once more.
constexpr known_value either_of(const known_value& one, const known_value& other) {
    if (one.hash != other.hash) return {};
    return {one.hash, std::max(one.at, other.at)};
}

struct ledger_field {
    field_key field;
    order_key acknowledged; // the largest that HubSpot acknowledged; {}: none is known
    // The largest that died, and of which an older value may have been acknowledged before a crash
    // without anybody's knowing; {}: none.
    order_key doubt;
    // What HubSpot acknowledged under that key, if nothing else can stand there by our doing: what
    // died with a key as large may have been applied before.
    known_value value = {};
};

struct ledger_entry {
    std::string object_id;
    std::vector<ledger_field> fields; // none: nothing of it was ever acknowledged
};

// To a question: an entry for each object of it.
struct ledger_answer {
    std::vector<ledger_entry> entries;
    order_key horizon; // below it the ledger may have forgotten
};

} // namespace hubspool
