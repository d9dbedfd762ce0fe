#include "core/pending/pending_object.hpp"

namespace hubspool {

void pending_change::take(const record_ref& record, std::string_view coded,
                          const std::vector<numbered_key>& keys) {
    const std::uint32_t owner = records.count();
    records.append(record);
    // Records mostly come in the order of their keys: then the later owner is the newer one, and no
    // list of keys is made.
    if (records.is_in_order()) return fields.merge(coded, keys, owner);
    const std::vector<order_key> owner_keys = records.keys();
    fields.merge(coded, keys, owner, &owner_keys);
}

void pending_change::take(const pending_change& following) {
    const std::uint32_t owners_before = records.count();
    // What collected behind is appended in its own order, which may mix with that of the head.
    records.append(following.records);
    const std::vector<order_key> owner_keys = records.keys();
    fields.merge(following.fields, owners_before, &owner_keys);
    live = live || following.live;
    late = late || following.late;
    of_before = of_before || following.of_before;
    if (!following.overtaken) return;
    for (const std::uint32_t owner : *following.overtaken) note_overtaken(owners_before + owner);
}

void pending_change::note_overtaken(std::uint32_t owner) {
    if (!overtaken) overtaken = std::make_unique<std::vector<std::uint32_t>>();
    overtaken->push_back(owner);
}

} // namespace hubspool
