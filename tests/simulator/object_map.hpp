// The objects of the portal by their ids: a flat table of hashes and places, as one of nodes spends
// most of its time waiting for memory.
#pragma once

#include "core/prefetch.hpp"
#include "simulator/field_list.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

struct object_state {
    std::string id;
    std::uint64_t number = 0; // of the id, or a hash of one that is no number
    field_list fields;
    bool exists = false;        // an update was applied
    int holder = -1;            // the request under way that names it; -1: none
    std::uint64_t named_by = 0; // the newest request that named it: finds duplicates
};

class object_map {
public:
    // Asks for the memory that find() will need.
    void expect(std::string_view id) const {
        if (!slots_.empty()) prefetch(&slots_[place(hash(id))], sizeof(slot));
    }
    const object_state* find(std::string_view id) const; // null: not there
    // Made when it is new. Stays where it is.
    object_state& at(std::string_view id);

    auto begin() const { return objects_.begin(); } // in the order of their making
    auto end() const { return objects_.end(); }

private:
    struct slot {
        std::uint32_t tag = 0;  // of the hash
        std::uint32_t used = 0; // one more than the place in objects_; 0: free
    };

    static std::uint32_t hash(std::string_view id);
    std::size_t place(std::uint32_t tag) const { return tag & (slots_.size() - 1); }
    // The slot that has the id, or the free one where it belongs.
    std::size_t look_up(std::uint32_t tag, std::string_view id) const;
    void grow();

    std::vector<slot> slots_; // a power of two of them, at most half of them used
    std::deque<object_state> objects_;
};

} // namespace hubspool::simulator
