#include "simulation/simulated_ledger.hpp"

#include <algorithm>

namespace hubspool::simulation {

ledger_entry simulated_ledger::look_up(const std::string& object_id,
                                       const simulated_store::image& history) {
    before_ = now_;
    // Of another past of the database all rows are taken in; what was known stays true.
    if (now_.epoch != history.epoch) now_.taken_in = 0;
    now_.epoch = history.epoch;
    for (const simulated_store::image::batch& batch : history.batches)
        if (batch.number > now_.taken_in) take_in(batch.changes);
    now_.taken_in = std::max(now_.taken_in, history.rows);
    ledger_entry known{object_id, {}};
    for (const auto& [name, field] : now_.objects[object_id]) {
        known.fields.push_back(field.is);
        if (field.is.acknowledged <= field.died) known.fields.back().value = {};
    }
    return known;
}

void simulated_ledger::take_in(const settled_changes& changes) {
    for (const settled_change& change : changes.all())
        for (const settled_field& f : change.fields) {
            auto& [known, died] = now_.objects[change.object_id][{f.kind, f.name}];
            known.field = {f.kind, f.name};
            if (change.doubt) known.doubt = std::max(known.doubt, f.key);
            if (change.fate == fate::dead) died = std::max(died, f.key);
            const bool counts = change.fate == fate::delivered ||
                                (change.fate == fate::unchanged && learns_unchanged);
            if (!counts || f.key < known.acknowledged) continue;
            known.value = f.key == known.acknowledged ? either_of(known.value, f.value) : f.value;
            known.acknowledged = f.key;
        }
}

} // namespace hubspool::simulation
