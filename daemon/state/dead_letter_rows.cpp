#include "state/dead_letter_rows.hpp"

#include "core/words/varint.hpp"
#include "state/state_schema.hpp"

#include <fmt/format.h>

namespace hubspool {

namespace {

constexpr std::size_t origin_bytes_min = 7;   // six numbers and an empty string
constexpr std::uint64_t unknown = UINT64_MAX; // for an offset

result<dead_letter> letter_of(const database& db, const statement& rows) {
    dead_letter letter;
    letter.at = {rows.number(1), place_of(rows.integer(2))};
    letter.object_id = rows.text(3);
    letter.category = rows.text(4);
    letter.reason = rows.text(5);
    letter.content = rows.text(6);
    letter.batch = rows.number(7);
    if (!decode_origins(rows.text(8), letter.records)) {
        return db.damaged(
            fmt::format("row {} of the table dead_letter cannot be read", rows.number(0)));
    }
    return letter;
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
        " batch, died, records) VALUES ((SELECT state_id FROM meta), ?1, ?2, ?3, ?4, ?5, ?6, ?7,"
        " ?8, ?9) ON CONFLICT (state_id, file, place) DO NOTHING");
    if (!insert) return insert.error();
    const std::string records = encode_origins(letter.records);
    insert->bind(letter.at.file, coded_place(letter.at.place), letter.object_id, letter.category,
                 letter.reason, blob_view{letter.content}, letter.batch, died, blob_view{records});
    if (auto done = insert->run(); !done) return done.error();
    return db.changed() > 0;
}

result<std::vector<dead_letter>> load_dead_letter_rows(database& db, const history_filter& filter) {
    // As for batches: the newest are found first, and told from old to new.
    const std::string order = filter.after_batch ? "ASC" : "DESC";
    auto rows = db.prepare(
        fmt::format("SELECT seq, file, place, object_id, category, reason, content, batch, records"
                    " FROM (SELECT * FROM dead_letter WHERE batch > ?1 AND died >= ?2"
                    " ORDER BY seq {} LIMIT ?3) ORDER BY seq",
                    order));
    if (!rows) return rows.error();
    // Batch 0 holds what was found while reading; without a filter it is shown, too.
    const auto after = filter.after_batch ? static_cast<std::int64_t>(*filter.after_batch) : -1;
    rows->bind(after, filter.since.value_or(wall_time{}),
               static_cast<std::uint64_t>(filter.rows_max));
    std::vector<dead_letter> letters;
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return letters;
        auto letter = letter_of(db, *rows);
        if (!letter) return letter.error();
        letters.push_back(std::move(*letter));
    }
}

} // namespace hubspool
