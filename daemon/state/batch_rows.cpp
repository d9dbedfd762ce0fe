#include "state/batch_rows.hpp"

#include "base/clocks.hpp"
#include "state/coded_place.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hubspool {

namespace {

constexpr const char* columns =
    "seq, batch, attempt, lane, probe, inputs, delivered, retried, dead_lettered, http_status,"
    " status, reason, words, correlation_id, duration_ms, queue_wait_ms, finished, settlement";

// So that a row without a key lies below all others.
std::int64_t coded_top(const order_key& top) {
    return top == order_key{} ? -1 : static_cast<std::int64_t>(top.as_of);
}

failure damaged_settlement(const database& db, std::uint64_t seq) {
    return db.damaged(fmt::format("row {} of the table batch cannot be read", seq));
}

result<batch_outcome> outcome_of(const database& db, const statement& rows) {
    batch_outcome outcome;
    outcome.batch = rows.number(1);
    outcome.attempt = static_cast<std::uint32_t>(rows.integer(2));
    // An enumeration from disk is checked before it is one.
    if (rows.number(3) > static_cast<std::uint64_t>(lane::bulk)) {
        return damaged_settlement(db, rows.number(0));
    }
    outcome.lane = static_cast<lane>(rows.integer(3));
    outcome.probe = rows.integer(4) != 0;
    outcome.inputs = static_cast<std::uint32_t>(rows.integer(5));
    outcome.delivered = static_cast<std::uint32_t>(rows.integer(6));
    outcome.retried = static_cast<std::uint32_t>(rows.integer(7));
    outcome.dead_lettered = static_cast<std::uint32_t>(rows.integer(8));
    outcome.http_status = static_cast<int>(rows.integer(9));
    outcome.status = rows.text(10);
    outcome.reason = rows.text(11);
    outcome.words = rows.text(12);
    outcome.correlation_id = rows.text(13);
    outcome.duration_ms = rows.integer(14);
    outcome.queue_wait_ms = rows.integer(15);
    outcome.finished = rows.time(16);
    // The fates lie in one blob: a row a batch, not a row a record.
    if (!decode_settlement(rows.text(17), outcome.changes, outcome.records)) {
        return damaged_settlement(db, rows.number(0));
    }
    return outcome;
}

} // namespace

wall_time finished_or_now(const batch_outcome& outcome) {
    return outcome.finished == wall_time{} ? wall_now() : outcome.finished;
}

result<void> insert_batches(database& db, const std::vector<batch_outcome>& outcomes) {
    if (outcomes.empty()) return {};
    // One statement for all rows of the unit: it is prepared once.
    auto insert = db.prepare(
        "INSERT INTO batch (batch, attempt, lane, probe, inputs, delivered, retried, dead_lettered,"
        " http_status, status, reason, words, correlation_id, duration_ms, queue_wait_ms, finished,"
        " max_file, settlement, top_as_of, top_number) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
        "?10, ?11, ?12, ?13,"
        " ?14, ?15, ?16, ?17, ?18, ?19, ?20)");
    if (!insert) return insert.error();
    for (const batch_outcome& outcome : outcomes) {
        const std::string settlement = encode_settlement(outcome);
        const order_key& top = outcome.changes.top();
        // max_file tells recovery and trimming, without opening the blob, which rows still matter.
        insert->bind(outcome.batch, outcome.attempt, static_cast<int>(outcome.lane), outcome.probe,
                     outcome.inputs, outcome.delivered, outcome.retried, outcome.dead_lettered,
                     outcome.http_status, outcome.status, outcome.reason, outcome.words,
                     outcome.correlation_id, outcome.duration_ms, outcome.queue_wait_ms,
                     finished_or_now(outcome), outcome.records.newest_file(), blob_view{settlement},
                     coded_top(top), top.number);
        if (auto done = insert->run(); !done) return done;
    }
    return {};
}

result<std::vector<batch_outcome>> load_batch_rows(database& db, const history_filter& filter) {
    // The newest rows, told from old to new; following starts where the last call ended instead.
    const std::string order = filter.after_batch ? "ASC" : "DESC";
    auto rows = db.prepare(
        fmt::format("SELECT {0} FROM (SELECT * FROM batch WHERE batch > ?1 AND finished >= ?2"
                    " AND (NOT ?3 OR delivered < inputs) ORDER BY seq {1} LIMIT ?4) ORDER BY seq",
                    columns, order));
    if (!rows) return rows.error();
    // Following goes on behind the last batch; without it 0 lets all pass.
    rows->bind(filter.after_batch.value_or(0), filter.since.value_or(wall_time{}),
               filter.failed_only, static_cast<std::uint64_t>(filter.rows_max));
    std::vector<batch_outcome> outcomes;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return outcomes;
        auto outcome = outcome_of(db, *rows);
        if (!outcome) return outcome.error();
        outcomes.push_back(std::move(*outcome));
    }
}

result<std::optional<batch_outcome>> find_batch_row(database& db, std::uint64_t batch) {
    auto rows = db.prepare(
        fmt::format("SELECT {} FROM batch WHERE batch = ?1 ORDER BY seq DESC LIMIT 1", columns));
    if (!rows) return rows.error();
    rows->bind(batch);
    const auto row = rows->step();
    if (!row) return row.error();
    if (!*row) return std::optional<batch_outcome>();
    auto outcome = outcome_of(db, *rows);
    if (!outcome) return outcome.error();
    return std::optional(std::move(*outcome));
}

result<void> visit_batches_of(database& db, std::string_view object_id, std::uint64_t from,
                              std::uint64_t to,
                              const std::function<void(const batch_outcome&)>& visit) {
    auto rows = db.prepare(
        fmt::format("SELECT {} FROM batch WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq", columns));
    if (!rows) return rows.error();
    rows->bind(from, to);
    const settlement_search search(object_id);
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        if (!search.may_name(rows->text(17))) continue;
        const auto outcome = outcome_of(db, *rows);
        if (!outcome) return outcome.error();
        const auto changes = outcome->changes.all();
        // The bytes may have been anything else.
        if (std::any_of(changes.begin(), changes.end(),
                        [&](const auto& change) { return change.object_id == object_id; })) {
            visit(*outcome);
        }
    }
}

result<void>
visit_batches_after(database& db, std::uint64_t after, std::size_t rows_max,
                    const std::function<void(std::uint64_t number, batch_outcome)>& visit) {
    auto rows = db.prepare(
        fmt::format("SELECT {} FROM batch WHERE seq > ?1 ORDER BY seq LIMIT ?2", columns));
    if (!rows) return rows.error();
    rows->bind(after, static_cast<std::uint64_t>(rows_max));
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        auto outcome = outcome_of(db, *rows);
        if (!outcome) return outcome.error();
        visit(rows->number(0), std::move(*outcome));
    }
}

result<void> visit_settled(database& db, std::uint64_t from,
                           const std::function<void(const settled_record&)>& visit) {
    // Rows in their order: a record that was settled twice keeps its first fate.
    auto rows = db.prepare("SELECT seq, settlement FROM batch WHERE max_file >= ?1 ORDER BY seq");
    if (!rows) return rows.error();
    rows->bind(from);
    // The blob may settle records of older files, too.
    const auto visit_from = [&](const settled_record& record) {
        if (record.file >= from) visit(record);
    };
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        if (!visit_settled_records(rows->text(1), visit_from)) {
            return damaged_settlement(db, rows->number(0));
        }
    }
}

result<dropped_batches> trim_batches(database& db, const history_bounds& bounds, int rows_max) {
    // A row goes only when no file in cur/ can need it: else its records would be read and sent
    // again. Nor when something pending may have to be held against it. The newest one stays, since
    // SQLite would give its number again.
    auto trim = db.prepare("DELETE FROM batch WHERE seq IN (SELECT seq FROM batch"
                           " WHERE finished < ?1 AND max_file < ?2"
                           " AND (?3 IS NULL OR (top_as_of, top_number) < (?3, ?4))"
                           " AND seq < (SELECT max(seq) FROM batch) LIMIT ?5)"
                           " RETURNING top_as_of, top_number");
    if (!trim) return trim.error();
    std::optional<std::uint64_t> keep_as_of, keep_number;
    if (bounds.keep_from) {
        keep_as_of = bounds.keep_from->as_of;
        keep_number = bounds.keep_from->number;
    }
    trim->bind(bounds.before, static_cast<std::uint64_t>(coded_place(bounds.lowest_cur)),
               keep_as_of, keep_number, rows_max);
    dropped_batches dropped;
    while (true) {
        const auto row = trim->step();
        if (!row) return row.error();
        if (!*row) return dropped;
        ++dropped.rows;
        if (trim->integer(0) < 0) continue; // it had no key
        // Just above all keys of that number.
        dropped.horizon = std::max(dropped.horizon, {trim->number(0), trim->number(1) + 1, 0});
    }
}

} // namespace hubspool
