#include "core/dispatch/outcome_writer.hpp"

#include "core/answers/judgement.hpp"
#include "core/sending/batch_json.hpp"

#include <utility>

namespace hubspool {

void outcome_writer::delivered(const pending_object& object, batch_outcome& outcome) {
    const pending_change& change = object.head();
    ++outcome.delivered;
    // A record is delivered when one of its fields was in the request.
    outcome.changes.add(object.id, fate::delivered, false, change.fields.count());
    owns_.assign(change.records.count(), false);
    change.fields.for_each([&](const field& f, std::uint32_t owner) {
        outcome.changes.add_field(f.kind, f.name, f.number, order_key{});
        owns_[owner] = true;
    });
    // Owners are numbers of records in this order.
    std::size_t place = 0;
    change.records.for_each([&](const record_ref& record) {
        // A record without fields shares the fate of the change it joined.
        const bool sent = owns_[place++] || record.fieldless;
        outcome.records.add(
            {record.file, record.ordinal, sent ? fate::delivered : fate::superseded});
    });
}

void outcome_writer::dead(const pending_object& object, std::string_view category,
                          std::string_view words, batch_outcome& outcome) {
    const pending_change& change = object.head();
    ++outcome.dead_lettered;
    // Its place is the newest record's: the key under which it is written once only.
    dead_letter letter;
    letter.at = change.records.newest();
    letter.object_id = object.id;
    letter.category = category.empty() ? reason_unattributed : category;
    letter.reason = words;
    letter.batch = outcome.batch;
    // As it would have been sent: whoever mends it sees the values that were refused.
    append_input(letter.content, object.id, change.fields);
    outcome.changes.add(object.id, fate::dead, false, change.fields.count());
    change.fields.for_each([&](const field& f, std::uint32_t) {
        outcome.changes.add_field(f.kind, f.name, f.number, order_key{});
    });
    // All records of the change: with the value also dies what it took up before.
    change.records.for_each([&](const record_ref& record) {
        letter.records.push_back({record.file, record.offset, 0, record.ordinal, 1, record.line,
                                  std::string(record.reference)});
        outcome.records.add({record.file, record.ordinal, fate::dead});
    });
    outcome.dead_letters.push_back(std::move(letter));
}

} // namespace hubspool
