// The coalescer: all unsettled records, merged per object.
//
// Objects are addressed by a small index, stable while the object is pending. Counts the bytes it
// holds. Pure; loop thread.
#pragma once

#include "core/decoded_block.hpp"
#include "core/pending_object.hpp"

#include <boost/unordered/unordered_flat_map.hpp>

#include <cstdint>
#include <deque>
#include <string_view>
#include <vector>

namespace hubspool {

using object_index = std::uint32_t;

class pending_set {
public:
    // A change stops merging at `change_bytes_max`; the next record starts a following one.
    explicit pending_set(std::size_t change_bytes_max) : change_bytes_max_(change_bytes_max) {}

    // Merges one record into its object's last change that may still take it.
    object_index add(const decoded_block& block, const decoded_record& record, boot_time now,
                     bool& is_new);

    pending_object& at(object_index index) { return objects_[index]; }
    const pending_object& at(object_index index) const { return objects_[index]; }

    // After a failure that says nothing against the first change: it takes up what collected behind
    // it.
    void merge_following(object_index index);
    // The first change is settled and durable: it goes, with its trouble. True when the object is
    // gone.
    bool drop_head(object_index index);

    // False when the object has nothing pending.
    bool find(std::string_view id, object_index& index) const;

    std::size_t objects() const { return by_id_.size(); }
    std::uint64_t records() const { return records_; }
    std::size_t bytes() const { return bytes_; }

    template <class Visit>
    void for_each(Visit visit) const {
        for (const auto& [id, index] : by_id_) visit(index, objects_[index]);
    }

private:
    std::size_t change_bytes_max_;
    name_table names_;
    std::deque<pending_object> objects_; // a deque: references stay valid
    std::vector<object_index> free_;
    boost::unordered_flat_map<std::string_view, object_index>
        by_id_; // keys are the objects' own ids
    std::uint64_t records_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace hubspool
