// The objects of the portal by their ids, in a flat table: one of nodes spends most of its time
// waiting for memory.
#pragma once

#include "core/pending/object_table.hpp"
#include "simulator/field_list.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory_resource>
#include <string>
#include <string_view>

namespace hubspool::simulator {

struct object_state {
    std::string id;
    char* bytes = nullptr; // of its fields
    std::uint32_t size = 0, room = 0;
    int holder = -1;            // the request under way that names it; -1: none
    bool exists = false;        // an update was applied
    std::uint64_t named_by = 0; // the newest request that named it: finds duplicates

    field_view fields() const { return field_view({bytes, size}); }
};
static_assert(sizeof(object_state) <= 64); // a line of the cache

// That of the id, or a hash of one that is no number.
std::uint64_t number_of(std::string_view id);

class object_map {
public:
    // Asks for the memory that find() will need.
    void expect(std::string_view id) const { places_.near(object_table::hash(id)); }
    const object_state* find(std::string_view id) const; // null: not there
    // Made when it is new. Stays where it is.
    object_state& at(std::string_view id);
    void set_fields(object_state& object, const field_list& fields);

    auto begin() const { return objects_.begin(); } // in the order of their making
    auto end() const { return objects_.end(); }

private:
    object_index look_up(std::string_view id) const;

    object_table places_; // in objects_
    std::deque<object_state> objects_;
    std::pmr::monotonic_buffer_resource memory_; // of their fields
};

} // namespace hubspool::simulator
