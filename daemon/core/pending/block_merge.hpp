// Merges the records of one block into the pending set.
//
// A hundred thousand objects fit no cache: each record would wait for memory some six times, one
// wait after the other. So what later records will touch is asked for ahead, in four steps of which
// each needs the one before: the record itself, the hash table, the object, its change. Pure; loop
// thread.
#pragma once

#include "core/pending/pending_set.hpp"
#include "core/records/decoded_block.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hubspool {

class block_merge {
public:
    // Both must outlive it; nothing else adds to the set or takes from it meanwhile.
    block_merge(pending_set& into, const decoded_block& block);

    // Merges record `i` into its object's last change that may still take it. `i` rises from call
    // to call; records may be left out.
    object_index add(std::size_t i, boot_time now, bool& is_new);

private:
    struct coming {
        std::uint64_t hash = 0;
        const pending_object* object = nullptr; // most likely
    };
    void bring_near(std::size_t i);
    bool is_full_for(const pending_change& change, std::string_view fields) const;
    coming& at(std::size_t i) { return coming_[i % coming_.size()]; }

    pending_set& into_;
    const decoded_block& block_;
    std::vector<numbered_key> keys_;
    std::size_t name_bytes_max_ = 0;
    std::array<coming, 32> coming_;
    // Records for which each step is done.
    std::size_t asked_ = 0, hashed_ = 0, found_ = 0, near_ = 0;
};

} // namespace hubspool
