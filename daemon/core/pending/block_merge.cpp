#include "core/pending/block_merge.hpp"

#include <algorithm>

namespace hubspool {

namespace {
// How many records ahead each step is. Memory answers within some hundred nanoseconds, and merging
// a record takes some two hundred.
constexpr std::size_t near_ahead = 6;
constexpr std::size_t found_ahead = 12;
constexpr std::size_t hashed_ahead = 18;
constexpr std::size_t asked_ahead = 24;
} // namespace

block_merge::block_merge(pending_set& into, const decoded_block& block)
    : into_(into), block_(block) {
    keys_.reserve(block.keys.size());
    // Names become numbers once a block, not once a record.
    for (const field_key& key : block.keys) {
        keys_.push_back(number(&into_.store_.names, key.kind, key.name));
        name_bytes_max_ = std::max(name_bytes_max_, key.name.size());
    }
}

bool block_merge::is_full_for(const pending_change& change, std::string_view fields) const {
    const std::size_t bytes_max = into_.change_bytes_max_;
    // The cheap bound first: nearly always it says that there is room, and no field is looked at.
    return change.is_full_for(json_bytes_most(fields.size(), name_bytes_max_), 1, bytes_max) &&
           change.is_full_for(json_bytes(fields, keys_), 1, bytes_max);
}

void block_merge::bring_near(std::size_t i) {
    const std::size_t n_records = block_.records.size();
    // Step one: the record's own bytes.
    for (; asked_ < std::min(i + asked_ahead, n_records); ++asked_) {
        const decoded_record& record = block_.records[asked_];
        const std::size_t begin = std::min(record.object_id.begin, record.fields.begin);
        const std::size_t end = std::max(record.object_id.begin + record.object_id.size,
                                         record.fields.begin + record.fields.size);
        prefetch(block_.arena.text().data() + begin, end - begin);
    }
    // Step two needs the id: its hash, and the place in the table.
    for (; hashed_ < std::min(i + hashed_ahead, n_records); ++hashed_) {
        const std::uint64_t hash =
            object_table::hash(block_.text(block_.records[hashed_].object_id));
        at(hashed_).hash = hash;
        into_.by_id_.near(hash);
    }
    // Step three needs the table: the object that stands there. It may be another one of the same
    // hash.
    for (; found_ < std::min(i + found_ahead, n_records); ++found_) {
        const object_index index = into_.by_id_.candidate(at(found_).hash);
        at(found_).object = index == object_table::none ? nullptr : &into_.at(index);
        if (index == object_table::none) continue;
        prefetch(at(found_).object, sizeof(pending_object));
    }
    // Step four needs the object: the change that the record joins.
    for (; near_ < std::min(i + near_ahead, n_records); ++near_) {
        const pending_object* const object = at(near_).object;
        if (object != nullptr && !object->changes.empty()) object->changes.back().bring_near();
    }
}

object_index block_merge::add(std::size_t i, boot_time now, bool& is_new) {
    bring_near(i);
    const decoded_record& record = block_.records[i];
    const std::string_view id = block_.text(record.object_id);
    object_index index = into_.find(id, at(i).hash);
    is_new = index == object_table::none;
    if (is_new) index = into_.make(id, at(i).hash);

    pending_object& object = into_.at(index);
    const std::string_view fields = block_.text(record.fields);
    // A full change, or one that must not change any more, gets a following one.
    const bool full = !object.changes.empty() && is_full_for(object.changes.back(), fields);
    const bool fixed = object.changes.size() == 1 && object.head_is_fixed();
    // New records never join what is on the wire, may still land or is suspect: what is settled is
    // then exactly what was sent.
    const lane share_before = object.share();
    std::size_t weighed = 0; // of the change, which is weighed anew below
    if (object.changes.empty() || full || fixed) {
        object.changes.emplace_back(&into_.store_, into_.store_.chunks).since = now;
        into_.accepted_.opened(now);
        ++into_.changes_;
    } else {
        weighed = object.changes.back().bytes();
    }
    pending_change& change = object.changes.back();
    const order_key key = block_.key_of(record);
    // A key above all others is news; below them a newer value may have been acknowledged.
    const bool is_late = into_.asks_of_all_ || key <= into_.newest_key_;
    change.late = change.late || is_late;
    into_.newest_key_ = std::max(into_.newest_key_, key);
    change.of_before =
        change.of_before || arrival{block_.file, record.offset} <= into_.read_before_[block_.lane];
    const carried_order* const brought =
        block_.carried.empty() ? nullptr : block_.carried_by(record.ordinal);
    change.sends_all = change.sends_all || (brought != nullptr && brought->as_newest);
    // The fields merge by their keys, so that neither lanes nor reading decide which value wins.
    change.take({block_.file, record.ordinal, record.line, fields.empty(),
                 block_.text(record.reference), record.offset, key, is_late ? fields_in(fields) : 0,
                 block_.first_of(record.ordinal, key)},
                block_.lane, fields, keys_);
    into_.has_grown(object, share_before, change.bytes() - weighed);
    ++into_.records_;
    return index;
}

} // namespace hubspool
