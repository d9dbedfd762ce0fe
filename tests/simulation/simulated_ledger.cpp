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
    for (const auto& [name, field] : now_.objects[object_id]) known.fields.push_back(field);
    return known;
}

void simulated_ledger::take_in(const settled_changes& changes) {
    for (const settled_change& change : changes.all())
        for (const settled_field& f : change.fields) {
            ledger_field& known = now_.objects[change.object_id][{f.kind, f.name}];
            known.field = {f.kind, f.name};
            if (change.fate == fate::delivered)
                known.acknowledged = std::max(known.acknowledged, f.key);
            if (change.doubt) known.doubt = std::max(known.doubt, f.key);
        }
}

} // namespace hubspool::simulation
