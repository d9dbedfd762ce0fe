#include "state/meta_rows.hpp"

#include "state/charge_rows.hpp"
#include "state/coded_place.hpp"

#include <algorithm>

namespace hubspool {

namespace {

// Records settled by `unit`, by fate.
fate_counts count_fates(const commit_unit& unit) {
    fate_counts counts;
    // Counts were made while the outcomes were built: no record is gone through again.
    for (const batch_outcome& outcome : unit.outcomes) counts += outcome.records.counts();
    return counts;
}

std::uint64_t largest_number(const commit_unit& unit) {
    std::uint64_t number = unit.last_number.value_or(0);
    for (const file_row& file : unit.files) number = std::max(number, file.number);
    return number;
}

as_of_ms largest_stamp(const commit_unit& unit) {
    as_of_ms stamp = unit.last_stamp;
    for (const batch_outcome& outcome : unit.outcomes)
        stamp = std::max(stamp, outcome.changes.top().as_of);
    for (const file_row& file : unit.files) stamp = std::max(stamp, file.stamp);
    return stamp;
}

result<std::vector<park_row>> load_parks(database& db) {
    auto rows = db.prepare(
        "SELECT reason, since, words, probe_at FROM park WHERE ended IS NULL ORDER BY rowid");
    if (!rows) return rows.error();
    std::vector<park_row> parks;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return parks;
        // The table was written by us, but a disk can change a bit.
        if (rows->number(0) >= park_reason_count) return db.damaged("a park without a reason");
        park_row park;
        park.reason = static_cast<park_reason>(rows->integer(0));
        park.since = rows->time(1);
        park.words = rows->text(2);
        if (!rows->is_null(3)) park.probe_at = rows->time(3);
        parks.push_back(std::move(park));
    }
}

// They only rise: a late outcome must not take one back.
result<void> raise_frontiers(database& db, const frontiers& to) {
    const auto raise = [&](const char* sql, const arrival& upto) -> result<void> {
        if (upto == arrival{}) return {};
        auto raised = db.prepare(sql);
        if (!raised) return raised.error();
        raised->bind(upto.file, coded_place(upto.place));
        return raised->run();
    };
    auto done = raise("UPDATE meta SET live_file = ?1, live_place = ?2"
                      " WHERE (live_file, live_place) < (?1, ?2)",
                      to.live);
    if (!done) return done;
    return raise("UPDATE meta SET bulk_file = ?1, bulk_place = ?2"
                 " WHERE (bulk_file, bulk_place) < (?1, ?2)",
                 to.bulk);
}

} // namespace

result<meta> load_meta_rows(database& db) {
    // The largest number is asked of every table that mentions one: it is never given twice.
    auto rows =
        db.prepare("SELECT state_id, commit_number, run, last_batch, live_file, live_place,"
                   " records_in, delivered, superseded, dead_lettered, batches, requests,"
                   " max(last_number, (SELECT ifnull(max(number), 0) FROM file),"
                   "  (SELECT ifnull(max(file), 0) FROM dead_letter),"
                   "  (SELECT ifnull(max(max_file), 0) FROM batch)),"
                   " (SELECT paused FROM wish), day_ends, day_requests, overtaken, epoch, portal,"
                   " portal_from, horizon_as_of, horizon_number,"
                   " max(last_stamp, horizon_as_of), bulk_file, bulk_place, unchanged FROM meta");
    if (!rows) return rows.error();
    const auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return db.damaged("its table meta is empty");

    // The columns in the order of the statement above.
    meta loaded;
    loaded.state_id = rows->text(0);
    loaded.commit = rows->number(1);
    loaded.run = rows->number(2);
    loaded.last_batch = rows->number(3);
    loaded.read_to.live = {rows->number(4), place_of(rows->integer(5))};
    loaded.totals.records_in = rows->number(6);
    loaded.totals.delivered = rows->number(7);
    loaded.totals.superseded = rows->number(8);
    loaded.totals.dead_lettered = rows->number(9);
    loaded.totals.batches = rows->number(10);
    loaded.totals.requests = rows->number(11);
    loaded.last_number = rows->number(12);
    loaded.paused = rows->integer(13) != 0;
    loaded.today = {rows->time(14), rows->number(15)};
    loaded.totals.overtaken = rows->number(16);
    loaded.epoch = rows->number(17);
    loaded.portal = rows->text(18);
    loaded.portal_from = rows->number(19);
    loaded.horizon = {rows->number(20), rows->number(21), 0};
    loaded.last_stamp = rows->number(22);
    loaded.read_to.bulk = {rows->number(23), place_of(rows->integer(24))};
    loaded.totals.unchanged = rows->number(25);

    auto parks = load_parks(db);
    if (!parks) return parks.error();
    loaded.parks = std::move(*parks);
    auto charges = load_charges(db);
    if (!charges) return charges.error();
    loaded.charges = std::move(*charges);
    return loaded;
}

result<void> raise_meta(database& db, const commit_unit& unit, std::uint64_t dead_known) {
    const fate_counts counts = count_fates(unit);
    std::uint64_t batches = 0;
    std::uint64_t last_batch = 0;
    for (const batch_outcome& outcome : unit.outcomes) {
        // Number 0 is no batch: dead letters that were found while reading.
        if (outcome.batch != 0) ++batches;
        last_batch = std::max(last_batch, outcome.batch);
    }
    auto sums = db.prepare("UPDATE meta SET delivered = delivered + ?1,"
                           " superseded = superseded + ?2, dead_lettered = dead_lettered + ?3,"
                           " batches = batches + ?4, last_batch = max(last_batch, ?5),"
                           " last_number = max(last_number, ?6), overtaken = overtaken + ?7,"
                           " last_stamp = max(last_stamp, ?8), unchanged = unchanged + ?9");
    if (!sums) return sums.error();
    // Letters that were there already were counted then.
    const std::uint64_t dead = counts.dead - std::min(counts.dead, dead_known);
    sums->bind(counts.delivered, counts.superseded, dead, batches, last_batch, largest_number(unit),
               counts.overtaken, largest_stamp(unit), counts.unchanged);
    if (auto done = sums->run(); !done) return done;

    if (unit.totals) {
        auto given = db.prepare("UPDATE meta SET records_in = ?1, requests = ?2");
        if (!given) return given.error();
        given->bind(unit.totals->records_in, unit.totals->requests);
        if (auto done = given->run(); !done) return done;
    }
    if (unit.today) {
        auto count = db.prepare("UPDATE meta SET day_ends = ?1, day_requests = ?2");
        if (!count) return count.error();
        count->bind(unit.today->ends, unit.today->used);
        if (auto done = count->run(); !done) return done;
    }
    return raise_frontiers(db, unit.read_to);
}

result<void> raise_horizon(database& db, const order_key& to) {
    auto raise = db.prepare("UPDATE meta SET horizon_as_of = ?1, horizon_number = ?2"
                            " WHERE (horizon_as_of, horizon_number) < (?1, ?2)");
    if (!raise) return raise.error();
    raise->bind(to.as_of, to.number);
    return raise->run();
}

result<void> note_history(database& db, const commit_unit& unit) {
    if (unit.new_epoch) {
        if (auto done = db.run("UPDATE meta SET epoch = random()"); !done) return done;
    }
    if (unit.horizon != order_key{}) {
        if (auto done = raise_horizon(db, unit.horizon); !done) return done;
    }
    if (!unit.portal) return {};
    auto change = db.prepare("UPDATE meta SET portal = ?1, portal_from = CASE WHEN ?2 THEN"
                             " (SELECT ifnull(max(seq), 0) FROM batch) - ?3 ELSE portal_from END");
    if (!change) return change.error();
    // Each outcome of this unit has a row by now, the last ones.
    change->bind(unit.portal->change.id, unit.portal->change.is_from_another,
                 static_cast<std::uint64_t>(unit.outcomes.size() - unit.portal->outcomes_before));
    return change->run();
}

result<void> replace_parks(database& db, const std::vector<park_row>& parks, wall_time now) {
    // There are eight at most: written anew each time, so that none is forgotten.
    auto stands = db.prepare("DELETE FROM park WHERE ended IS NULL AND reason = ?1 AND since = ?2");
    if (!stands) return stands.error();
    for (const park_row& park : parks) {
        stands->bind(static_cast<int>(park.reason), park.since);
        if (auto done = stands->run(); !done) return done;
    }
    auto end = db.prepare("UPDATE park SET ended = ?1 WHERE ended IS NULL");
    if (!end) return end.error();
    end->bind(now);
    if (auto done = end->run(); !done) return done;
    auto insert =
        db.prepare("INSERT INTO park (reason, since, words, probe_at) VALUES (?1, ?2, ?3, ?4)");
    if (!insert) return insert.error();
    for (const park_row& park : parks) {
        insert->bind(static_cast<int>(park.reason), park.since, park.words, park.probe_at);
        if (auto done = insert->run(); !done) return done;
    }
    return {};
}

result<std::uint64_t> trim_parks(database& db, wall_time before, int rows_max) {
    auto trim = db.prepare("DELETE FROM park WHERE rowid IN"
                           " (SELECT rowid FROM park WHERE ended < ?1 LIMIT ?2)");
    if (!trim) return trim.error();
    trim->bind(before, rows_max);
    if (auto done = trim->run(); !done) return done.error();
    return db.changed();
}

result<void> raise_commit_number(database& db, std::uint64_t above) {
    // A run after a lost database begins above every number that any copy may have.
    auto raise = db.prepare("UPDATE meta SET commit_number = max(commit_number, ?1) + 1");
    if (!raise) return raise.error();
    raise->bind(above);
    return raise->run();
}

result<void> write_request(database& db, operator_command what) {
    switch (what) {
    case operator_command::pause: return db.execute("UPDATE wish SET paused = 1");
    case operator_command::hold_bulk: return db.execute("UPDATE wish SET bulk_held = 1");
    case operator_command::release_bulk: return db.execute("UPDATE wish SET bulk_held = 0");
    case operator_command::resume: break;
    }
    // One that finds no pause still ends a park for suspect data: it is counted.
    return db.execute("UPDATE wish SET paused = 0, bulk_held = 0, resumes = resumes + 1");
}

result<void> write_requested_parks(database& db, operator_command what, wall_time now) {
    const auto person = static_cast<int>(park_reason::paused);
    // A resume ends these two at once, also while no daemon runs.
    if (what == operator_command::resume) {
        auto end = db.prepare("UPDATE park SET ended = ?1 WHERE ended IS NULL"
                              " AND reason IN (?2, ?3)");
        if (!end) return end.error();
        end->bind(now, person, static_cast<int>(park_reason::suspect_data));
        return end->run();
    }
    if (what != operator_command::pause) return {};
    // A pause that is there already keeps its beginning.
    auto begin = db.prepare("INSERT INTO park (reason, since, words) SELECT ?1, ?2, ?3"
                            " WHERE NOT EXISTS (SELECT * FROM park WHERE reason = ?1"
                            " AND ended IS NULL)");
    if (!begin) return begin.error();
    constexpr std::string_view words =
        "sending was paused by an operator; `hubspool resume` ends it";
    begin->bind(person, now, words);
    return begin->run();
}

result<operator_request> load_request(database& db) {
    // Of the replay under way.
    auto rows =
        db.prepare("SELECT paused, resumes, bulk_held, ifnull((SELECT requests_max FROM replay"
                   " WHERE over IS NULL AND wish = 0 LIMIT 1), 0) FROM wish");
    if (!rows) return rows.error();
    const auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return db.damaged("its table wish is empty");
    return operator_request{rows->integer(0) != 0, rows->number(1), rows->integer(2) != 0,
                            static_cast<std::uint32_t>(rows->number(3))};
}

} // namespace hubspool
