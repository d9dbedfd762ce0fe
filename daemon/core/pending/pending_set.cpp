#include "core/pending/pending_set.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <utility>

namespace hubspool {

namespace {
// To be asked before and after changes are moved about: a short string that is moved into a longer
// one's place keeps that one's memory.
std::size_t bytes_of_changes(const pending_object& object) {
    std::size_t bytes = 0;
    for (const pending_change& change : object.changes) bytes += change.bytes();
    return bytes;
}

// Of each change: whether it must be one with the change before it, since it, or one behind it,
// has a field of that one, or of one before that.
std::vector<bool> joins_the_one_before(const pending_object& object) {
    std::map<std::pair<field_kind, std::string>, std::size_t> first; // change with that field
    std::vector<bool> joins(object.changes.size());
    for (std::size_t i = 0; i < object.changes.size(); ++i) {
        std::size_t lowest = i;
        // The first change with this field, and all between it and this one, become one: the order
        // of the other fields stays.
        object.changes[i].fields.for_each([&](const field& f, std::uint32_t) {
            lowest =
                std::min(lowest, first.try_emplace({f.kind, std::string(f.name)}, i).first->second);
        });
        for (std::size_t k = i; k > lowest; --k) joins[k] = true;
    }
    return joins;
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
    // A change that was sent, or may have been, stays exactly as it is.
    if (object.changes.size() < 2 || object.head_is_fixed()) return;
    pending_change& head = object.changes[0];
    const pending_change& next = object.changes[1];
    if (head.is_full_for(next.fields.json_bytes(), next.records.count(), change_bytes_max_)) return;
    // Bytes are counted before and after: memory may move from one string to another.
    bytes_ -= bytes_of_changes(object);
    head.take(next);
    // One change fewer is waiting; the head keeps its own time.
    accepted_.closed(next.since);
    --changes_;
    object.changes.erase(object.changes.begin() + 1);
    bytes_ += bytes_of_changes(object);
}

void pending_set::join_sharing(const std::function<void(object_index)>& joined) {
    if (changes_ == objects()) return; // as a rule
    // The set must not be changed while it is gone through.
    std::vector<object_index> several;
    for_each([&](object_index index, const pending_object& object) {
        if (object.changes.size() > 1) several.push_back(index);
    });
    for (const object_index index : several) {
        pending_object& object = at(index);
        const std::vector<bool> joins = joins_the_one_before(object);
        if (std::find(joins.begin(), joins.end(), true) == joins.end()) continue;
        bytes_ -= bytes_of_changes(object);
        // Changes that join go into the last one kept; others move up.
        std::size_t into = 0;
        for (std::size_t i = 1; i < joins.size(); ++i) {
            if (joins[i]) {
                accepted_.closed(object.changes[i].since);
                --changes_;
                object.changes[into].take(object.changes[i]);
            } else if (++into != i) {
                object.changes[into] = std::move(object.changes[i]);
            }
        }
        object.changes.erase(object.changes.begin() + static_cast<std::ptrdiff_t>(into) + 1,
                             object.changes.end());
        bytes_ += bytes_of_changes(object);
        joined(index);
    }
}

void pending_set::bring_near(const std::vector<object_index>& leaving) const {
    // A batch's objects lie anywhere in the table: the waits for memory overlap.
    for (const object_index index : leaving) by_id_.near(object_table::hash(at(index).id));
}

bool pending_set::drop_head(object_index index) {
    pending_object& object = at(index);
    records_ -= object.head().records.count();
    accepted_.closed(object.head().since);
    --changes_;
    bytes_ -= bytes_of_changes(object);
    // Nothing else of the object is pending: it goes with all that is known of it.
    if (object.changes.size() == 1) {
        bytes_ -= object_bytes + object.id.size();
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
    bytes_ += bytes_of_changes(object);
    return false;
}

} // namespace hubspool
