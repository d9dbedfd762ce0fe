#include "core/pending_set.hpp"

namespace hubspool {

namespace {
// To be asked before and after changes are moved about: a short string that is moved into a longer
// one's place keeps that one's memory.
std::size_t bytes_of_changes(const pending_object& object) {
    std::size_t bytes = 0;
    for (const pending_change& change : object.changes) bytes += change.bytes();
    return bytes;
}
} // namespace

object_index pending_set::find(std::string_view id, std::uint64_t hash) const {
    return by_id_.find(hash, [&](object_index index) { return at(index).id == id; });
}

object_index pending_set::make(std::string_view id, std::uint64_t hash) {
    const object_index index = objects_.take();
    at(index).id.assign(id);
    by_id_.insert(hash, index);
    bytes_ += object_bytes + id.size();
    return index;
}

bool pending_set::find(std::string_view id, object_index& index) const {
    index = find(id, object_table::hash(id));
    return index != object_table::none;
}

void pending_set::merge_following(object_index index) {
    pending_object& object = at(index);
    if (object.changes.size() < 2 || object.head_is_fixed()) return;
    pending_change& head = object.changes[0];
    const pending_change& next = object.changes[1];
    if (head.is_full_for(next.fields.json_bytes(), next.records.count(), change_bytes_max_)) return;
    bytes_ -= bytes_of_changes(object);
    head.take(next);
    accepted_.closed(next.since);
    object.changes.erase(object.changes.begin() + 1);
    bytes_ += bytes_of_changes(object);
}

void pending_set::bring_near(const std::vector<object_index>& leaving) const {
    for (const object_index index : leaving) by_id_.near(object_table::hash(at(index).id));
}

bool pending_set::drop_head(object_index index) {
    pending_object& object = at(index);
    records_ -= object.head().records.count();
    accepted_.closed(object.head().since);
    bytes_ -= bytes_of_changes(object);
    if (object.changes.size() == 1) {
        bytes_ -= object_bytes + object.id.size();
        by_id_.erase(object_table::hash(object.id), index);
        objects_.give_back(index);
        return true;
    }
    pending_object next;
    next.id = std::move(object.id);
    object.changes.erase(object.changes.begin());
    next.changes = std::move(object.changes);
    next.lands_until = object.lands_until;
    next.first_sent = object.first_sent;
    object = std::move(next);
    bytes_ += bytes_of_changes(object);
    return false;
}

} // namespace hubspool
