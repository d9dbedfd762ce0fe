#include "simulation/simulated_store.hpp"

#include <algorithm>

namespace hubspool::simulation {

void simulated_store::commit(const commit_unit& unit) {
    meta& known = now_.meta;
    for (const batch_outcome& outcome : unit.outcomes) {
        const fate_counts& counts = outcome.records.counts();
        known.totals.delivered += counts.delivered;
        known.totals.superseded += counts.superseded;
        known.totals.unchanged += counts.unchanged;
        known.totals.dead_lettered += counts.dead;
        now_.batches.push_back({++now_.rows, outcome.records.newest_file(), outcome.finished,
                                outcome.records, outcome.changes});
        for (const charge& told : outcome.charges) {
            std::erase_if(known.charges,
                          [&](const charge& c) { return c.object_id == told.object_id; });
            if (told.attempts > 0) known.charges.push_back(told);
        }
    }
    for (const file_row& row : unit.files) {
        now_.files[row.number] = row;
        known.last_number = std::max(known.last_number, row.number);
    }
    raise(known.read_to, unit.read_to);
    known.last_number = std::max(known.last_number, unit.last_number.value_or(0));
    if (unit.parks) known.parks = *unit.parks;
    if (unit.today) known.today = *unit.today;
    if (unit.totals) known.totals.records_in = unit.totals->records_in;
    known.commit = std::max(known.commit, unit.commit_above) + 1;
}

void simulated_store::begin_run(std::uint64_t run, const std::string& state_id) {
    meta& known = now_.meta;
    if (!known.state_id.empty() && known.state_id != state_id) {
        now_.files.clear();
        now_.batches.clear();
        known.totals.records_in = known.totals.delivered + known.totals.superseded +
                                  known.totals.unchanged + known.totals.dead_lettered;
    }
    known.run = run;
    known.state_id = state_id;
    ++known.commit;
}

void simulated_store::begin_epoch(std::uint64_t epoch, const order_key& horizon) {
    now_.epoch = epoch;
    now_.horizon = std::max(now_.horizon, horizon);
}

void simulated_store::trim(wall_time before, std::uint64_t lowest_cur, const order_key& keep_from) {
    std::erase_if(now_.batches, [&](const image::batch& batch) {
        const order_key& top = batch.changes.top();
        const bool goes =
            batch.finished < before && batch.newest_file < lowest_cur && top < keep_from;
        // What it told is forgotten from now on: what comes below it asks a person.
        if (goes && top != order_key{})
            now_.horizon = std::max(now_.horizon, {top.as_of, top.number, top.ordinal + 1});
        return goes;
    });
    std::erase_if(now_.files, [&](const auto& file) {
        return file.second.settled && *file.second.settled < before && file.first < lowest_cur;
    });
    now_.noted_lowest = std::min(lowest_cur, now_.meta.last_number + 1);
    ++now_.meta.commit;
}

std::vector<file_row> simulated_store::load_files(std::uint64_t from) const {
    if (rows_by_mark) from = now_.noted_lowest;
    std::vector<file_row> rows;
    for (const auto& [number, row] : now_.files)
        if (!row.settled || number >= from) rows.push_back(row);
    return rows;
}

} // namespace hubspool::simulation
