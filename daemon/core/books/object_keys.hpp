// What the ledger keeps of one object: for each field the largest key that was acknowledged, and
// the largest in doubt; merged by max, in any order. Fields are numbers here.
//
// As bytes: groups of fields that share a key, the largest key first; all numbers are varints:
//   { number of fields << 1 | in doubt, step of as_of (zigzag), number, ordinal, field... }...
// A value. Pure.
#pragma once

#include "core/words/order_key.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

class object_keys {
public:
    struct entry {
        std::uint32_t field = 0;
        bool doubt = false;
        order_key key;
        friend bool operator==(const entry&, const entry&) = default;
    };

    // Raises that of the field to `key`, and never lowers it. {} is no key.
    void raise(std::uint32_t field, bool doubt, const order_key& key);
    void merge(const object_keys& other);

    // {}: there is none.
    order_key acknowledged(std::uint32_t field) const { return find(field, false); }
    order_key doubt(std::uint32_t field) const { return find(field, true); }
    // In no order; of a field and kind there is one.
    const std::vector<entry>& entries() const { return entries_; }
    bool empty() const { return entries_.empty(); }
    void clear() { entries_.clear(); }

    // Appends it to `out`. Reorders the entries, and leaves out doubts that have ended.
    void write(std::string& out);
    // False when the bytes are damaged; they are merged in as far as they went.
    bool read(std::string_view bytes);

private:
    order_key find(std::uint32_t field, bool doubt) const;

    std::vector<entry> entries_;
};

} // namespace hubspool
