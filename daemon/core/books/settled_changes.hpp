// The change objects that an answer settled: ids, fates, and which fields were sent.
//
// Kept as they will stand in the settlement blob (batch_outcome.cpp), in a few pieces of memory. A
// batch has a hundred, made on the loop thread for each answer; the state thread only writes them
// down. Most have the same fields, whose names are kept once. A value. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

enum class fate : std::uint8_t { delivered, superseded, dead };

// One of them, as it is read.
struct settled_change {
    std::string object_id;
    hubspool::fate fate = fate::delivered; // delivered, or dead
    std::vector<std::string> fields;       // names as sent (escaped)
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
    void add(std::string_view object_id, hubspool::fate fate, std::size_t fields);
    // `number`: which the same name always has, and no other; from 1 on, 0 if it has none.
    void add_field(std::string_view name, std::uint32_t number = 0);
    void add(const settled_change& change);

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    std::vector<settled_change> all() const;
    // Bytes it holds beside itself, but for the names.
    std::size_t bytes_apart() const {
        return coded_.capacity() + numbered_.capacity() * sizeof(numbered_[0]);
    }

    // Appends: names: count, string...; changes: count, { object id, fate, count, index of name...
    // }
    void write(std::string& out) const;

private:
    static constexpr std::size_t usual_bytes = 32, usual_names = 16;
    std::size_t place_of(std::string_view name);

    std::vector<std::string> names_;                         // in order of first use
    std::map<std::string, std::size_t, std::less<>> places_; // of names without a number
    std::vector<std::uint32_t> numbered_; // by number: the place of the name, and one; 0: not known
    std::string coded_;                   // the changes, without their count
    std::size_t size_ = 0;
};

} // namespace hubspool
