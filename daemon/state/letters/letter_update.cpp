#include "state/letters/letter_update.hpp"

#include "core/words/named_as_of.hpp"
#include "state/batch_rows.hpp"
#include "state/letters/dead_letter_rows.hpp"
#include "state/letters/letter_lines.hpp"
#include "state/letters/letter_values.hpp"

#include <algorithm>

namespace hubspool {

namespace {

using letter_values = std::vector<dead_letter::value>;

std::uint32_t owner_of(const order_key& key, const dead_letter& letter) {
    const auto found =
        std::find_if(letter.records.begin(), letter.records.end(), [&](const auto& record) {
            return record.file == key.number && record.ordinal == key.ordinal;
        });
    const auto place = found == letter.records.end() ? letter.records.end() - 1 : found;
    return static_cast<std::uint32_t>(place - letter.records.begin());
}

// From the row of its batch, which named its fields and their keys.
letter_values values_in(const batch_outcome& outcome, const dead_letter& letter) {
    letter_values values;
    for (const settled_change& change : outcome.changes.all()) {
        if (change.object_id != letter.object_id || change.fate != fate::dead) continue;
        for (const settled_field& field : change.fields) {
            if (field.key == order_key{}) return {};
            values.push_back({field.kind, field.name, field.key, owner_of(field.key, letter)});
        }
    }
    return values;
}

// From the name of its file. The record's own as_of stands in its content.
result<letter_values> values_of_piece(database& db, const dead_letter& letter) {
    const dead_letter::origin& record = letter.records.front();
    auto row = db.prepare("SELECT stamp, name FROM file WHERE number = ?1 AND stamp > 0");
    if (!row) return row.error();
    row->bind(record.file);
    const auto found = row->step();
    if (!found) return found.error();
    if (!*found) return letter_values();
    const file_order order = order_of_claim(record.file, row->number(0), row->text(1));
    return letter_values{{field_kind::property, "", order.key(std::nullopt, record.ordinal), 0}};
}

class key_giver {
public:
    explicit key_giver(database& db) : db_(db) {}

    result<void> give(std::uint64_t row) {
        auto kept = load_dead_letter_row(db_, row);
        if (!kept) return kept.error();
        dead_letter& letter = (*kept)->letter;
        auto values = values_of(letter);
        if (!values) return values.error();
        if (auto done = write(row, *values); !done) return done;
        letter.values = std::move(*values);
        // A line it has in any case: so a retry that gives it the newest key strikes it.
        if (letter.values.empty() && !letter.records.empty()) {
            const dead_letter::origin& newest = letter.records.back();
            letter.values.push_back({{}, "", {0, newest.file, newest.ordinal}, 0});
        }
        return insert_letter_lines(db_, letter);
    }

private:
    result<letter_values> values_of(const dead_letter& letter) {
        if (letter.records.empty()) return letter_values();
        const bool is_piece = letter.category == "decode" && letter.records.front().count == 1;
        if (letter.batch == 0) return is_piece ? values_of_piece(db_, letter) : letter_values();
        // Letters of one batch mostly follow one another.
        if (letter.batch != batch_) {
            auto found = find_batch_row(db_, letter.batch);
            if (!found) return found.error();
            batch_ = letter.batch;
            outcome_ = std::move(*found);
        }
        return outcome_ ? values_in(*outcome_, letter) : letter_values();
    }
    result<void> write(std::uint64_t row, const letter_values& values) {
        if (values.empty()) return {};
        auto update = db_.prepare("UPDATE dead_letter SET value_keys = ?1 WHERE seq = ?2");
        if (!update) return update.error();
        const std::string coded = encode_values(values);
        update->bind(blob_view{coded}, row);
        return update->run();
    }

    database& db_;
    std::uint64_t batch_ = 0; // that outcome_ is of
    std::optional<batch_outcome> outcome_;
};

} // namespace

result<void> give_letters_their_keys(database& db) {
    std::vector<std::uint64_t> letters;
    {
        auto rows = db.prepare("SELECT seq FROM dead_letter WHERE dropped IS NULL"
                               " AND state_id = (SELECT state_id FROM meta)");
        if (!rows) return rows.error();
        rows->bind();
        while (true) {
            const auto row = rows->step();
            if (!row) return row.error();
            if (!*row) break;
            letters.push_back(rows->number(0));
        }
    }
    key_giver giver(db);
    for (const std::uint64_t row : letters) {
        if (auto done = giver.give(row); !done) return done;
    }
    return {};
}

} // namespace hubspool
