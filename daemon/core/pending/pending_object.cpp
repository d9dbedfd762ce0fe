#include "core/pending/pending_object.hpp"

namespace hubspool {

// Before they are among its records.
void pending_change::note_newest(const frontiers& of_others) {
    frontiers newest_now{newest(lane::live), newest(lane::bulk)};
    raise(newest_now, of_others);
    for (const lane which : both_lanes) by[which] = by[which] || of_others[which] != arrival{};
    // Of one lane the records tell it themselves.
    if (by.live && by.bulk) seldom_needed().newest = newest_now;
}

void pending_change::take(const record_ref& record, lane which, std::string_view coded,
                          const std::vector<numbered_key>& keys) {
    const std::uint32_t owner = records.count();
    if (by[which] && !(by.live && by.bulk)) {
        // As nearly always: nothing new of the lanes.
    } else if (owner == 0) {
        by[which] = true;
    } else {
        frontiers at;
        at[which] = {record.file, record.offset.value_or(0)};
        note_newest(at);
    }
    records.append(record);
    // Records mostly come in the order of their keys: then the later owner is the newer one, and no
    // list of keys is made.
    if (records.is_in_order()) return fields.merge(coded, keys, owner);
    const std::vector<order_key> owner_keys = records.keys();
    fields.merge(coded, keys, owner, &owner_keys);
}

void pending_change::take(const pending_change& following) {
    std::vector<order_key> keys = records.keys();
    take(following, keys);
}

void pending_change::take(const pending_change& following, std::vector<order_key>& keys) {
    const std::uint32_t owners_before = records.count();
    note_newest({following.newest(lane::live), following.newest(lane::bulk)});
    // What collected behind is appended in its own order, which may mix with that of the head.
    records.append(following.records);
    following.records.for_each([&](const record_ref& record) { keys.push_back(record.key); });
    fields.merge(following.fields, owners_before, &keys);
    late = late || following.late;
    of_before = of_before || following.of_before;
    sends_all = sends_all || following.sends_all;
    if (!following.more) return;
    for (const std::uint32_t owner : following.more->overtaken)
        note_overtaken(owners_before + owner);
    for (const std::uint32_t owner : following.more->unchanged)
        note_unchanged(owners_before + owner);
    for (unsent_value value : following.more->unsent) {
        value.owner += owners_before;
        note_unsent(std::move(value));
    }
}

pending_change::seldom& pending_change::seldom_needed() {
    if (!more) more = std::make_unique<seldom>();
    return *more;
}

} // namespace hubspool
