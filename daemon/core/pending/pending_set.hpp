// The coalescer: all unsettled records, merged per object.
//
// Objects are addressed by a small index, stable while the object is pending. Counts the bytes it
// holds. Pure; loop thread.
#pragma once

#include "core/memory/region_memory.hpp"
#include "core/pending/acceptance_times.hpp"
#include "core/pending/object_pages.hpp"
#include "core/pending/object_table.hpp"
#include "core/pending/pending_object.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hubspool {

class pending_set {
public:
    // What an object takes beside its id and changes: itself, its places in the table and a queue.
    static constexpr std::size_t object_bytes =
        sizeof(pending_object) - sizeof(pending_change) + 48;

    // A change stops merging at `change_bytes_max`; the next record starts a following one. What is
    // large comes from `memory`, which must outlive the set. With `asks_of_all` the ledger is asked
    // about each change before it is sent, not only about what may be late.
    explicit pending_set(std::size_t change_bytes_max, region_memory* memory = heap_memory(),
                         bool asks_of_all = false)
        : change_bytes_max_(change_bytes_max), store_(memory), objects_(memory), by_id_(memory),
          asks_of_all_(asks_of_all) {}
    pending_set(const pending_set&) = delete;
    pending_set& operator=(const pending_set&) = delete;

    // What runs before had accepted: no key above `newest`, and nothing that arrived behind `read`.
    void restore(const order_key& newest, const frontiers& read) {
        newest_key_ = newest;
        read_before_ = read;
    }

    pending_object& at(object_index index) { return objects_.at(index); }
    const pending_object& at(object_index index) const { return objects_.at(index); }
    // Of an object that may be gone: where it was, in which another may be by now, or null.
    const pending_object* find_at(object_index index) const { return objects_.find(index); }

    // Before drop_head() of some: asks for their places in the table, so that the waits overlap.
    void bring_near(const std::vector<object_index>& leaving) const;
    // The first change is settled and durable: it goes, with its trouble. True when the object is
    // gone.
    bool drop_head(object_index index);

    // False when the object has nothing pending.
    bool find(std::string_view id, object_index& index) const;

    std::size_t objects() const { return by_id_.size(); }
    std::uint64_t records() const { return records_; }
    std::size_t bytes() const { return bytes_.live + bytes_.bulk + idle_bytes(); }
    // Of those, what stands free between the changes.
    std::size_t idle_bytes() const { return store_.chunks.idle_bytes(); }
    // Bytes of places in which no object is, and which stay for others beside them; beside bytes().
    std::size_t idle_object_bytes() const { return objects_.idle_bytes(); }
    // When the oldest pending change was accepted.
    std::optional<boot_time> oldest() const { return accepted_.oldest(); }

    template <class Visit>
    void for_each(Visit visit) const {
        by_id_.for_each([&](object_index index) { visit(index, at(index)); });
    }

private:
    friend class block_merge;  // which adds to it
    friend class change_joins; // which makes fewer changes of it
    friend const per_lane<std::size_t>& lane_bytes(const pending_set& set) { return set.bytes_; }

    object_index find(std::string_view id, std::uint64_t hash) const;
    object_index make(std::string_view id, std::uint64_t hash);
    static std::size_t bytes_of(const pending_object& object) {
        return object_bytes + object.id.size() + object.bytes_of_changes();
    }
    // By so many bytes, less than none perhaps; a live record may have come to it.
    void has_grown(const pending_object& object, lane share_before, std::size_t by);

    std::size_t change_bytes_max_;
    field_store store_; // the chunks are for the records, too
    object_pages objects_;
    object_table by_id_;
    std::uint64_t records_ = 0;
    std::size_t changes_ = 0;
    per_lane<std::size_t> bytes_;
    acceptance_times accepted_; // since, of every change
    order_key newest_key_;      // of all that was ever accepted
    frontiers read_before_;     // by runs before
    bool asks_of_all_;
};

// What objects with a live record hold, and all others.
const per_lane<std::size_t>& lane_bytes(const pending_set& set);

} // namespace hubspool
