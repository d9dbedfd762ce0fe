// What the ledger keeps of one object: for each field the largest key that was acknowledged, with
// what is known of its value; the largest in doubt; and the largest that died. Merged by max, in
// any order. Fields are numbers here.
//
// As bytes: groups of fields that share a key, the largest key first; all numbers are varints, but
// for hashes, which are six bytes, little endian:
//   { number of fields << 3 | has values << 2 | kind,
//     step of as_of (zigzag), number, ordinal, if it has values: step of `at` (zigzag),
//     { field, if it has values: hash }... }...
// A value. Pure.
#pragma once

#include "core/words/ledger_entry.hpp"
#include "core/words/order_key.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class object_keys {
public:
    // Durable: the numbers stand in the bytes.
    enum class kind : std::uint8_t { acknowledged, doubt, dead };
    struct entry {
        std::uint32_t field = 0;
        object_keys::kind kind = kind::acknowledged;
        order_key key;
        known_value value = {}; // of the acknowledged one
        friend bool operator==(const entry&, const entry&) = default;
    };

    // Raises that of the field to `key`, and never lowers it. {} is no key.
    void raise(std::uint32_t field, kind which, const order_key& key,
               const known_value& value = {});
    void merge(const object_keys& other);

    // {}: there is none.
    order_key key_of(std::uint32_t field, kind which) const;
    order_key acknowledged(std::uint32_t field) const { return key_of(field, kind::acknowledged); }
    order_key doubt(std::uint32_t field) const { return key_of(field, kind::doubt); }
    // In no order; of a field and kind there is one.
    const std::vector<entry>& entries() const { return entries_; }
    bool empty() const { return entries_.empty(); }
    void clear() { entries_.clear(); }

    // Appends it to `out`. Reorders the entries, and leaves out doubts that have ended, and deaths
    // behind which something newer was acknowledged.
    void write(std::string& out);
    // False when the bytes are damaged; they are merged in as far as they went.
    bool read(std::string_view bytes);

private:
    std::vector<entry> entries_;
};

} // namespace hubspool
