#include "core/pending/pending_object.hpp"

namespace hubspool {

void pending_change::take(const record_ref& record, std::string_view coded,
                          const std::vector<numbered_key>& keys) {
    const std::uint32_t owner = records.count();
    // Records mostly come in order of position: then the later owner is the newer one, and no list
    // of positions is made.
    const bool in_order = records.newest() <= arrival{record.file, *record.offset};
    records.append(record);
    if (in_order) return fields.merge(coded, keys, owner);
    const std::vector<arrival> order = records.order();
    fields.merge(coded, keys, owner, &order);
}

void pending_change::take(const pending_change& following) {
    const std::uint32_t owners_before = records.count();
    // What collected behind is appended in its own order, which may mix with that of the head.
    records.append(following.records);
    const std::vector<arrival> order = records.order();
    fields.merge(following.fields, owners_before, &order);
    live = live || following.live;
}

} // namespace hubspool
