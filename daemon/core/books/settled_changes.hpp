// The change objects that an answer settled: ids, fates, which fields were sent, and their keys.
//
// Kept as they will stand in the settlement blob (batch_outcome.cpp), in a few pieces of memory.
// A batch has a hundred, made on the loop thread for each answer; the state thread only writes them
// down. Most have the same fields, whose names are kept once, and one key for all their fields. A
// value. Pure.
#pragma once

#include "core/books/fate.hpp"
#include "core/books/key_trail.hpp"
#include "core/words/field_key.hpp"
#include "core/words/ledger_entry.hpp"
#include "core/words/order_key.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hubspool {

struct settled_field {
    field_kind kind = field_kind::property;
    std::string name;       // as sent (escaped)
    order_key key;          // {}: it is not known, as in rows of older versions
    known_value value = {}; // of what is acknowledged
    friend bool operator==(const settled_field&, const settled_field&) = default;
};

// What stands of a change before its fields.
struct settled_head {
    hubspool::fate fate = fate::delivered;
    bool doubt = false;
    std::uint64_t fields = 0;
    bool has_values = false; // each field has its value's hash

    std::uint64_t coded() const {
        return fields << 5 | (has_values ? 16U : 0U) | (doubt ? 8U : 0U) |
               static_cast<std::uint64_t>(fate);
    }
    static settled_head of(std::uint64_t coded) {
        return {static_cast<hubspool::fate>(coded & 7), (coded & 8) != 0, coded >> 5,
                (coded & 16) != 0};
    }
    // Of version 2 of the settlement blob.
    static settled_head of_version_2(std::uint64_t coded) {
        return {static_cast<hubspool::fate>(coded & 3), (coded & 4) != 0, coded >> 3};
    }
};

// One of them, as it is read.
struct settled_change {
    std::string object_id;
    hubspool::fate fate = fate::delivered;
    // It died, and an older value of its fields may have been acknowledged before a crash.
    bool doubt = false;
    std::vector<settled_field> fields;
    friend bool operator==(const settled_change&, const settled_change&) = default;
};

class settled_changes {
public:
    settled_changes() = default;
    settled_changes(std::initializer_list<settled_change> changes) {
        for (const settled_change& change : changes) add(change);
    }

    void reserve(std::size_t changes) {
        coded_.reserve(changes * usual_bytes);
        names_.reserve(usual_names);
        numbered_.reserve(usual_names);
    }
    // The next one; add_field() is to follow `fields` times.
    // `has_values`: so do they.
    void add(std::string_view object_id, hubspool::fate fate, bool doubt, std::size_t fields,
             bool has_values = false);
    // `number`: which the same name always has, and no other; from 1 on, 0 if it has none.
    void add_field(field_kind kind, std::string_view name, std::uint32_t number,
                   const order_key& key, const known_value& value = {});
    void add(const settled_change& change);

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    // The largest key that the ledger is to learn of: of what HubSpot has, or what is in doubt. {}:
    // none.
    const order_key& top() const { return top_; }
    std::vector<settled_change> all() const;
    // Bytes it holds beside itself, but for the names.
    std::size_t bytes_apart() const {
        return coded_.capacity() + numbered_.capacity() * sizeof(numbered_[0]) +
               keys_.sources().capacity() * sizeof(key_trail::source);
    }

    // Appends what batch_outcome.cpp says.
    void write(std::string& out) const;

private:
    static constexpr std::size_t usual_bytes = 40, usual_names = 16;
    std::size_t place_of(field_kind kind, std::string_view name, std::uint32_t number);
    std::size_t place_of(field_kind kind, std::string_view name);

    std::vector<std::pair<field_kind, std::string>> names_;            // in order of first use
    std::map<std::pair<field_kind, std::string>, std::size_t> places_; // of names without a number
    std::vector<std::uint32_t> numbered_; // by number and kind: the place, and one; 0: not known
    key_trail keys_;
    order_key top_;
    // The change whose fields are being added.
    bool raises_top_ = false, has_values_ = false;
    std::uint64_t at_ = 0; // of the value before
    std::string coded_;    // the changes, without their count
    std::size_t size_ = 0;
};

} // namespace hubspool
