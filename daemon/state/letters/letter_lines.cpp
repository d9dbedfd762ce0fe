#include "state/letters/letter_lines.hpp"

#include "state/coded_place.hpp"

#include <algorithm>
#include <vector>

namespace hubspool {

namespace {

// The letter of this outcome in which the record died; null: it did not die.
const dead_letter* letter_of(const settled_retry& retry, const batch_outcome& outcome) {
    if (retry.fate != fate::dead) return nullptr;
    const auto holds = [&](const dead_letter& letter) {
        return std::any_of(letter.records.begin(), letter.records.end(), [&](const auto& record) {
            return record.file == retry.file && record.ordinal == retry.ordinal;
        });
    };
    const auto found =
        std::find_if(outcome.dead_letters.begin(), outcome.dead_letters.end(), holds);
    return found == outcome.dead_letters.end() ? nullptr : &*found;
}

result<std::vector<std::uint64_t>> letters_with(database& db, const record_name& line) {
    std::vector<std::uint64_t> letters;
    auto rows = db.prepare("SELECT letter FROM letter_line WHERE number = ?1 AND ordinal = ?2");
    if (!rows) return rows.error();
    rows->bind(line.number, line.ordinal);
    while (true) {
        const auto row = rows->step();
        if (!row) return row.error();
        if (!*row) return letters;
        letters.push_back(rows->number(0));
    }
}

result<void> note_death(database& db, std::uint64_t row, const dead_letter& as) {
    auto update =
        db.prepare("UPDATE dead_letter SET again_file = ?1, again_place = ?2 WHERE seq = ?3");
    if (!update) return update.error();
    update->bind(as.at.file, coded_place(as.at.place), row);
    return update->run();
}

result<void> strike_if_done(database& db, std::uint64_t row, std::uint64_t batch, wall_time at) {
    auto strike = db.prepare("UPDATE dead_letter SET struck = ?1, struck_batch = ?2 WHERE seq = ?3"
                             " AND NOT EXISTS (SELECT 1 FROM letter_line WHERE letter = ?3)");
    if (!strike) return strike.error();
    strike->bind(at, batch, row);
    return strike->run();
}

result<void> settle_line(database& db, const settled_retry& retry, const batch_outcome& outcome,
                         wall_time at) {
    const auto letters = letters_with(db, retry.first);
    if (!letters) return letters.error();
    const dead_letter* const again = letter_of(retry, outcome);
    for (const std::uint64_t row : *letters) {
        if (again != nullptr) {
            if (auto noted = note_death(db, row, *again); !noted) return noted;
        }
        auto remove = db.prepare("DELETE FROM letter_line WHERE number = ?1 AND ordinal = ?2"
                                 " AND letter = ?3");
        if (!remove) return remove.error();
        remove->bind(retry.first.number, retry.first.ordinal, row);
        if (auto removed = remove->run(); !removed) return removed;
        if (auto struck = strike_if_done(db, row, outcome.batch, at); !struck) return struck;
    }
    return {};
}

} // namespace

result<void> insert_letter_lines(database& db, const dead_letter& letter) {
    for (const dead_letter::value& value : letter.values) {
        auto insert = db.prepare("INSERT OR IGNORE INTO letter_line (number, ordinal, letter)"
                                 " SELECT ?1, ?2, seq FROM dead_letter WHERE file = ?3"
                                 " AND place = ?4 AND state_id = (SELECT state_id FROM meta)");
        if (!insert) return insert.error();
        insert->bind(value.key.number, value.key.ordinal, letter.at.file,
                     coded_place(letter.at.place));
        if (auto done = insert->run(); !done) return done;
    }
    return {};
}

// Before the outcome's own letters have rows: a letter is not settled by its own death.
result<void> settle_letter_lines(database& db, const batch_outcome& outcome, wall_time at) {
    for (const settled_retry& retry : outcome.retries) {
        if (auto done = settle_line(db, retry, outcome, at); !done) return done;
    }
    return {};
}

result<void> drop_letter_lines(database& db, std::uint64_t row) {
    auto remove = db.prepare("DELETE FROM letter_line WHERE letter = ?1");
    if (!remove) return remove.error();
    remove->bind(row);
    return remove->run();
}

} // namespace hubspool
