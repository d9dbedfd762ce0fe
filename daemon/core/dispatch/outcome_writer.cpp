#include "core/dispatch/outcome_writer.hpp"

#include "core/answers/judgement.hpp"
#include "core/sending/batch_json.hpp"

#include <utility>

namespace hubspool {

void outcome_writer::delivered(const pending_object& object, batch_outcome& outcome) {
    const pending_change& change = object.head();
    ++outcome.delivered;
    outcome.changes.add(object.id, fate::delivered, change.fields.count());
    owns_.assign(change.records.count(), false);
    change.fields.for_each([&](const field& f, std::uint32_t owner) {
        outcome.changes.add_field(f.name, f.number);
        owns_[owner] = true;
    });
    std::size_t place = 0;
    change.records.for_each([&](const record_ref& record) {
        const bool sent = owns_[place++] || record.fieldless;
        outcome.records.add(
            {record.file, record.ordinal, sent ? fate::delivered : fate::superseded});
    });
}

void outcome_writer::dead(const pending_object& object, std::string_view category,
                          std::string_view words, batch_outcome& outcome) {
    const pending_change& change = object.head();
    ++outcome.dead_lettered;
    dead_letter letter;
    letter.at = change.records.newest();
    letter.object_id = object.id;
    letter.category = category.empty() ? reason_unattributed : category;
    letter.reason = words;
    letter.batch = outcome.batch;
    append_input(letter.content, object.id, change.fields);
    outcome.changes.add(object.id, fate::dead, change.fields.count());
    change.fields.for_each(
        [&](const field& f, std::uint32_t) { outcome.changes.add_field(f.name, f.number); });
    change.records.for_each([&](const record_ref& record) {
        letter.records.push_back({record.file, record.offset, 0, record.ordinal, 1, record.line,
                                  std::string(record.reference)});
        outcome.records.add({record.file, record.ordinal, fate::dead});
    });
    outcome.dead_letters.push_back(std::move(letter));
}

} // namespace hubspool
