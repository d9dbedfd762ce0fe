#include "core/pending_set.hpp"

#include <algorithm>
#include <array>

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

// A hundred thousand objects fit no cache: each record would wait for memory some six times, one
// wait after the other. Asked for together, the waits overlap.
std::size_t pending_set::bring_near(const decoded_block& block, std::size_t first) const {
    constexpr std::size_t together = 16;
    constexpr std::size_t line_bytes = 64;
    const std::size_t count = std::min(together, block.records.size() - first);
    std::array<std::uint64_t, together> hashes;
    for (std::size_t i = 0; i < count; ++i) {
        hashes[i] = object_table::hash(block.text(block.records[first + i].object_id));
        by_id_.near(hashes[i]);
    }
    std::array<const pending_object*, together> found;
    std::size_t n_found = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const object_index index = by_id_.candidate(hashes[i]);
        if (index == object_table::none) continue;
        const pending_object* const object = &at(index);
        found[n_found++] = object;
        for (std::size_t byte = 0; byte < sizeof(pending_object); byte += line_bytes)
            __builtin_prefetch(reinterpret_cast<const char*>(object) + byte);
    }
    for (std::size_t i = 0; i < n_found; ++i) {
        if (!found[i]->changes.empty()) found[i]->changes.back().bring_near();
    }
    return count;
}

object_index pending_set::find(std::string_view id, std::uint64_t hash) const {
    return by_id_.find(hash, [&](object_index index) { return at(index).id == id; });
}

object_index pending_set::make(std::string_view id, std::uint64_t hash) {
    object_index index = made_;
    if (!free_.empty()) {
        index = free_.back();
        free_.pop_back();
    } else if (made_++ % page_objects == 0) {
        pages_.push_back(std::make_unique<pending_object[]>(page_objects));
    }
    at(index).id.assign(id);
    by_id_.insert(hash, index);
    bytes_ += object_overhead + id.size();
    return index;
}

object_index pending_set::add(const decoded_block& block, const decoded_record& record,
                              boot_time now, bool& is_new) {
    const std::string_view id = block.text(record.object_id);
    const std::uint64_t hash = object_table::hash(id);
    object_index index = find(id, hash);
    is_new = index == object_table::none;
    if (is_new) index = make(id, hash);

    pending_object& object = at(index);
    const std::string_view fields = block.text(record.fields);
    const bool full = !object.changes.empty() &&
                      object.changes.back().is_full_for(fields.size(), 1, change_bytes_max_);
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
    head.fields.merge(next.fields);
    head.records.append(next.records);
    head.live = head.live || next.live;
    object.changes.erase(object.changes.begin() + 1);
    bytes_ += bytes_of_changes(object);
}

bool pending_set::drop_head(object_index index) {
    pending_object& object = at(index);
    records_ -= object.head().records.count();
    bytes_ -= bytes_of_changes(object);
    if (object.changes.size() == 1) {
        bytes_ -= object_overhead + object.id.size();
        by_id_.erase(object_table::hash(object.id), index);
        object = {};
        free_.push_back(index);
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
