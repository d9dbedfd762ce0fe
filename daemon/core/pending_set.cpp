#include "core/pending_set.hpp"

namespace hubspool {

namespace {
// What an object costs beside its changes: itself, its place in the hash table, its queue entry.
constexpr std::size_t object_overhead = sizeof(pending_object) - sizeof(pending_change) + 80;

// To be asked before and after changes are moved about: a short string that is moved into a longer
// one's place keeps that one's memory.
std::size_t bytes_of_changes(const pending_object& object) {
    std::size_t bytes = 0;
    for (const pending_change& change : object.changes) bytes += change.bytes();
    return bytes;
}
} // namespace

object_index pending_set::add(const decoded_block& block, const decoded_record& record,
                              boot_time now, bool& is_new) {
    const std::string_view id = block.text(record.object_id);
    const auto known = by_id_.find(id);
    is_new = known == by_id_.end();
    object_index index = 0;
    if (!is_new) {
        index = known->second;
    } else {
        if (free_.empty()) {
            index = static_cast<object_index>(objects_.size());
            objects_.emplace_back();
        } else {
            index = free_.back();
            free_.pop_back();
        }
        objects_[index].id.assign(id);
        by_id_.emplace(objects_[index].id, index);
        bytes_ += object_overhead + id.size();
    }

    pending_object& object = objects_[index];
    const std::string_view fields = block.text(record.fields);
    const bool full = !object.changes.empty() &&
                      object.changes.back().fields.json_bytes() + fields.size() > change_bytes_max_;
    const bool fixed = object.changes.size() == 1 && object.head_is_fixed();
    if (object.changes.empty() || full || fixed) {
        object.changes.emplace_back(&names_).since = now;
    } else {
        bytes_ -= object.changes.back().bytes();
    }
    pending_change& change = object.changes.back();
    const position at{block.file, record.offset};
    change.fields.merge(fields, at);
    change.records.append(
        {at, record.ordinal, record.line, fields.empty(), block.text(record.reference)});
    change.live = change.live || block.lane == lane::live;
    bytes_ += change.bytes();
    ++records_;
    return index;
}

bool pending_set::find(std::string_view id, object_index& index) const {
    const auto known = by_id_.find(id);
    if (known == by_id_.end()) return false;
    index = known->second;
    return true;
}

void pending_set::merge_following(object_index index) {
    pending_object& object = objects_[index];
    if (object.changes.size() < 2 || object.head_is_fixed()) return;
    pending_change& head = object.changes[0];
    const pending_change& next = object.changes[1];
    if (head.fields.json_bytes() + next.fields.json_bytes() > change_bytes_max_) return;
    bytes_ -= bytes_of_changes(object);
    head.fields.merge(next.fields);
    head.records.append(next.records);
    head.live = head.live || next.live;
    object.changes.erase(object.changes.begin() + 1);
    bytes_ += bytes_of_changes(object);
}

bool pending_set::drop_head(object_index index) {
    pending_object& object = objects_[index];
    records_ -= object.head().records.count();
    bytes_ -= bytes_of_changes(object);
    if (object.changes.size() == 1) {
        bytes_ -= object_overhead + object.id.size();
        by_id_.erase(object.id);
        object = {};
        free_.push_back(index);
        return true;
    }
    pending_object next;
    next.id = object.id; // the map's key is a view into the old string: re-made below
    object.changes.erase(object.changes.begin());
    next.changes = std::move(object.changes);
    next.lands_until = object.lands_until;
    next.first_sent = object.first_sent;
    by_id_.erase(object.id);
    object = std::move(next);
    by_id_.emplace(object.id, index);
    bytes_ += bytes_of_changes(object);
    return false;
}

} // namespace hubspool
