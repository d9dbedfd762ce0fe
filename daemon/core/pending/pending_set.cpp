#include "core/pending/pending_set.hpp"

#include <utility>

namespace hubspool {

object_index pending_set::find(std::string_view id, std::uint64_t hash) const {
    return by_id_.find(hash, [&](object_index index) { return at(index).id == id; });
}

object_index pending_set::make(std::string_view id, std::uint64_t hash) {
    const object_index index = objects_.take();
    at(index).id.assign(id);
    by_id_.insert(hash, index);
    // Without a record it is no live one.
    bytes_.bulk += object_bytes + id.size();
    return index;
}

bool pending_set::find(std::string_view id, object_index& index) const {
    index = find(id, object_table::hash(id));
    return index != object_table::none;
}

void pending_set::bring_near(const std::vector<object_index>& leaving) const {
    // A batch's objects lie anywhere in the table: the waits for memory overlap.
    for (const object_index index : leaving) by_id_.near(object_table::hash(at(index).id));
}

void pending_set::has_grown(const pending_object& object, lane share_before, std::size_t by) {
    bytes_[share_before] += by;
    if (object.share() == share_before) return;
    const std::size_t all = bytes_of(object);
    bytes_[share_before] -= all;
    bytes_[object.share()] += all;
}

bool pending_set::drop_head(object_index index) {
    pending_object& object = at(index);
    records_ -= object.head().records.count();
    accepted_.closed(object.head().since);
    --changes_;
    bytes_[object.share()] -= bytes_of(object);
    // Nothing else of the object is pending: it goes with all that is known of it.
    if (object.changes.size() == 1) {
        by_id_.erase(object_table::hash(object.id), index);
        objects_.give_back(index);
        return true;
    }
    // What is held against an object is held against its first change, so it goes with that. A
    // request that may still land concerns the object, and stays.
    pending_object next;
    next.id = std::move(object.id);
    object.changes.erase(object.changes.begin());
    next.changes = std::move(object.changes);
    // The values that may still land are the object's: the next change waits for them, too.
    next.lands_until = object.lands_until;
    next.first_sent = object.first_sent;
    object = std::move(next);
    bytes_[object.share()] += bytes_of(object);
    return false;
}

} // namespace hubspool
