#include "state/letters/dead_letter_rows.hpp"

#include "core/words/varint.hpp"
#include "state/coded_place.hpp"
#include "state/letters/letter_lines.hpp"
#include "state/letters/letter_values.hpp"

#include <fmt/format.h>

namespace hubspool {

namespace {

constexpr std::size_t origin_bytes_min = 7;   // six numbers and an empty string
constexpr std::uint64_t unknown = UINT64_MAX; // for an offset

const std::string select_letters =
    "SELECT seq, file, place, object_id, category, reason, content, batch, records, died, dropped,"
    " value_keys, held, retried, retry_name, struck, struck_batch, again_file, again_place"
    " FROM dead_letter";

std::optional<wall_time> time_in(const statement& rows, int column) {
    if (rows.is_null(column)) return std::nullopt;
    return rows.time(column);
}

result<kept_dead_letter> letter_of(const database& db, const statement& rows) {
    kept_dead_letter kept;
    kept.row = rows.number(0);
    dead_letter& letter = kept.letter;
    letter.at = {rows.number(1), place_of(rows.integer(2))};
    letter.object_id = rows.text(3);
    letter.category = rows.text(4);
    letter.reason = rows.text(5);
    letter.content = rows.text(6);
    letter.batch = rows.number(7);
    if (!decode_origins(rows.text(8), letter.records) ||
        (!rows.is_null(11) && !decode_values(rows.text(11), letter.values))) {
        return db.damaged(fmt::format("row {} of the table dead_letter cannot be read", kept.row));
    }
    kept.died = rows.time(9);
    kept.dropped = time_in(rows, 10);
    kept.held = time_in(rows, 12);
    kept.retried = time_in(rows, 13);
    kept.retry_name = rows.text(14);
    kept.struck = time_in(rows, 15);
    kept.struck_batch = rows.number(16);
    if (!rows.is_null(17)) kept.again = arrival{rows.number(17), place_of(rows.integer(18))};
    return kept;
}

} // namespace

std::string encode_origins(const std::vector<dead_letter::origin>& records) {
    std::string coded;
    put_varint(coded, records.size());
    for (const dead_letter::origin& record : records) {
        for (const std::uint64_t number :
             {record.file, record.offset.value_or(unknown), record.size, record.ordinal,
              record.count, record.line}) {
            put_varint(coded, number);
        }
        put_string(coded, record.reference);
    }
    return coded;
}

bool decode_origins(std::string_view coded, std::vector<dead_letter::origin>& records) {
    if (coded.empty()) return false;
    std::uint64_t left = get_varint(coded);
    // Checked against the bytes that are left, so that a damaged count asks for no memory.
    if (left > coded.size() / origin_bytes_min) return false;
    for (; left > 0; --left) {
        if (coded.size() < origin_bytes_min) return false;
        dead_letter::origin record;
        std::uint64_t offset = 0;
        for (std::uint64_t* const number :
             {&record.file, &offset, &record.size, &record.ordinal, &record.count, &record.line}) {
            *number = get_varint(coded);
        }
        if (offset != unknown) record.offset = offset;
        // A cut number leaves nothing behind it.
        if (coded.empty()) return false;
        const std::uint64_t size = get_varint(coded);
        if (size > coded.size()) return false;
        record.reference = coded.substr(0, size);
        coded.remove_prefix(size);
        records.push_back(std::move(record));
    }
    return coded.empty();
}

result<bool> insert_dead_letter(database& db, const dead_letter& letter, wall_time died) {
    // The key makes a second insert do nothing: after a crash the same letter may come again.
    auto insert = db.prepare(
        "INSERT INTO dead_letter (state_id, file, place, object_id, category, reason, content,"
        " batch, died, records, value_keys) VALUES ((SELECT state_id FROM meta), ?1, ?2, ?3, ?4,"
        " ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (state_id, file, place) DO NOTHING");
    if (!insert) return insert.error();
    const std::string records = encode_origins(letter.records);
    const std::string values = encode_values(letter.values);
    std::optional<blob_view> known;
    if (!letter.values.empty()) known = blob_view{values};
    insert->bind(letter.at.file, coded_place(letter.at.place), letter.object_id, letter.category,
                 letter.reason, blob_view{letter.content}, letter.batch, died, blob_view{records},
                 known);
    if (auto done = insert->run(); !done) return done.error();
    if (db.changed() == 0) return false;
    if (auto done = insert_letter_lines(db, letter); !done) return done.error();
    return true;
}

result<void> visit_dead_letter_rows(database& db,
                                    const std::function<bool(const kept_dead_letter&)>& visit) {
    auto rows = db.prepare(select_letters + " ORDER BY seq DESC");
    if (!rows) return rows.error();
    rows->bind();
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return {};
        const auto kept = letter_of(db, *rows);
        if (!kept) return kept.error();
        if (!visit(*kept)) return {};
    }
}

result<std::optional<kept_dead_letter>> load_dead_letter_row(database& db, std::uint64_t row) {
    auto rows = db.prepare(select_letters + " WHERE seq = ?1");
    if (!rows) return rows.error();
    rows->bind(row);
    const auto found = rows->step();
    if (!found) return found.error();
    if (!*found) return std::optional<kept_dead_letter>();
    auto kept = letter_of(db, *rows);
    if (!kept) return kept.error();
    return std::optional(std::move(*kept));
}

result<bool> drop_dead_letter_row(database& db, std::uint64_t row, wall_time now) {
    auto drop = db.prepare("UPDATE dead_letter SET dropped = ?1, content = x''"
                           " WHERE seq = ?2 AND dropped IS NULL AND struck IS NULL");
    if (!drop) return drop.error();
    drop->bind(now, row);
    if (auto done = drop->run(); !done) return done.error();
    if (db.changed() == 0) return false;
    // What is on its way strikes it no more.
    if (auto done = drop_letter_lines(db, row); !done) return done.error();
    return true;
}

result<bool> hold_dead_letter_row(database& db, std::uint64_t row, std::optional<wall_time> since) {
    auto hold = db.prepare("UPDATE dead_letter SET held = ?1 WHERE seq = ?2 AND dropped IS NULL"
                           " AND struck IS NULL AND (held IS NULL) = (?1 IS NOT NULL)");
    if (!hold) return hold.error();
    hold->bind(since, row);
    if (auto done = hold->run(); !done) return done.error();
    return db.changed() > 0;
}

result<bool> note_dead_letter_retried(database& db, std::uint64_t row, const std::string& name,
                                      wall_time now) {
    auto note = db.prepare("UPDATE dead_letter SET retried = ?1, retry_name = ?2 WHERE seq = ?3"
                           " AND dropped IS NULL AND struck IS NULL");
    if (!note) return note.error();
    note->bind(now, name, row);
    if (auto done = note->run(); !done) return done.error();
    return db.changed() > 0;
}

result<letter_sums> count_dead_letters(database& db) {
    // Each count is answered from an index.
    auto rows = db.prepare(
        "SELECT (SELECT count(*) FROM dead_letter),"
        " (SELECT count(*) FROM dead_letter WHERE dropped IS NOT NULL),"
        " (SELECT count(*) FROM dead_letter WHERE struck IS NOT NULL AND again_file IS NULL),"
        " (SELECT count(*) FROM dead_letter WHERE struck IS NOT NULL AND again_file IS NOT NULL),"
        " (SELECT count(*) FROM dead_letter"
        "  WHERE retried IS NOT NULL AND struck IS NULL AND dropped IS NULL),"
        " (SELECT count(*) FROM dead_letter"
        "  WHERE held IS NOT NULL AND struck IS NULL AND dropped IS NULL)");
    if (!rows) return rows.error();
    rows->bind();
    const auto row = rows->step();
    if (!row) return row.error();
    letter_sums sums;
    if (!*row) return sums;
    sums.dropped = rows->number(1);
    sums.struck = rows->number(2);
    sums.died_again = rows->number(3);
    sums.open = rows->number(0) - sums.dropped - sums.struck - sums.died_again;
    sums.retried = rows->number(4);
    sums.held = rows->number(5);
    return sums;
}

result<std::uint64_t> trim_dropped(database& db, wall_time before, std::uint64_t lowest_cur,
                                   int rows_max) {
    auto trim = db.prepare("DELETE FROM dead_letter WHERE seq IN (SELECT seq FROM dead_letter"
                           " WHERE (dropped < ?1 OR struck < ?1) AND file < ?2 LIMIT ?3)");
    if (!trim) return trim.error();
    trim->bind(before, lowest_cur, rows_max);
    if (auto done = trim->run(); !done) return done.error();
    return db.changed();
}

} // namespace hubspool
