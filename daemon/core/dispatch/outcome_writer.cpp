#include "core/dispatch/outcome_writer.hpp"

#include "core/answers/judgement.hpp"
#include "core/sending/batch_json.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace hubspool {

namespace {

std::uint64_t seconds_of(wall_time at) {
    const auto since = std::chrono::floor<std::chrono::seconds>(at.time_since_epoch());
    return static_cast<std::uint64_t>(std::max<std::int64_t>(0, since.count()));
}

} // namespace

void outcome_writer::take_records(const pending_change& change) {
    records_.clear();
    change.records.for_each([&](const record_ref& record) {
        records_.push_back(
            {record.file, record.ordinal, record.key, record.first, 0, record.fieldless});
    });
    if (!change.more) return;
    for (const std::uint32_t place : change.more->overtaken) records_[place].overtaken = true;
    for (const std::uint32_t place : change.more->unchanged) records_[place].unchanged = true;
}

void outcome_writer::add_fields(const pending_change& change, bool has_values,
                                batch_outcome& outcome) {
    const std::uint64_t at = has_values ? seconds_of(outcome.finished) : 0;
    change.fields.for_each([&](const field& f, std::uint32_t owner) {
        outcome.changes.add_field(f.kind, f.name, f.number, records_[owner].key,
                                  has_values ? known_value{hash_of_value(f.value), at}
                                             : known_value{});
        records_[owner].owns = true;
    });
}

// What was left out of its change: as if it had been acknowledged with these keys.
void outcome_writer::add_unsent(const pending_object& object, batch_outcome& outcome) {
    if (!object.head().has_unsent()) return;
    const std::vector<unsent_value>& unsent = object.head().more->unsent;
    outcome.changes.add(object.id, fate::unchanged, false, unsent.size(), true);
    for (const unsent_value& one : unsent)
        outcome.changes.add_field(one.field.kind, one.field.name, one.number,
                                  records_[one.owner].key, one.value);
}

void outcome_writer::add_records(fate of_owners, fate of_others, batch_outcome& outcome) {
    for (const told_record& record : records_) {
        const fate of_unsent = record.unchanged ? fate::unchanged : of_others;
        const fate otherwise = record.overtaken ? fate::overtaken : of_unsent;
        add_record(record, record.owns ? of_owners : otherwise, outcome);
    }
}

void outcome_writer::add_record(const told_record& record, fate of_it, batch_outcome& outcome) {
    const settled_record settled{record.file, record.ordinal, of_it};
    outcome.records.add(settled);
    note_retry(outcome, settled, record.key, record.first);
}

void outcome_writer::add_values(const pending_change& change, dead_letter& letter) {
    letter.values.reserve(change.fields.count());
    change.fields.for_each([&](const field& f, std::uint32_t owner) {
        const told_record& record = records_[owner];
        letter.values.push_back({f.kind, std::string(f.name), record.key, record.place});
    });
    // Of a change without fields the newest record stands for it.
    if (letter.values.empty())
        letter.values.push_back({field_kind::property, "", change.records.newest_key(),
                                 static_cast<std::uint32_t>(letter.records.size() - 1)});
}

void outcome_writer::delivered(const pending_object& object, batch_outcome& outcome) {
    const pending_change& change = object.head();
    ++outcome.delivered;
    take_records(change);
    add_unsent(object, outcome);
    outcome.changes.add(object.id, fate::delivered, false, change.fields.count(), notes_values_);
    add_fields(change, notes_values_, outcome);
    // A record is delivered when one of its fields was in the request.
    add_records(fate::delivered, fate::superseded, outcome);
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
    take_records(change);
    // The run before may have delivered a part of it, and nobody would know: a doubt.
    add_unsent(object, outcome);
    outcome.changes.add(object.id, fate::dead, change.of_before, change.fields.count());
    add_fields(change, false, outcome);
    // All records of the change: with the value also dies what it took up before. But what HubSpot
    // has newer values of was not wanted any more.
    add_records(fate::dead, fate::dead, outcome);
    std::uint32_t place = 0;
    change.records.for_each([&](const record_ref& record) {
        told_record& told = records_[place++];
        if (told.overtaken || told.unchanged) return;
        told.place = static_cast<std::uint32_t>(letter.records.size());
        letter.records.push_back({record.file, record.offset, 0, record.ordinal, 1, record.line,
                                  std::string(record.reference)});
    });
    add_values(change, letter);
    outcome.dead_letters.push_back(std::move(letter));
}

void outcome_writer::overtaken(const pending_object& object, batch_outcome& outcome) {
    take_records(object.head());
    outcome.changes.add(object.id, fate::overtaken, false, 0);
    for (const told_record& record : records_) add_record(record, fate::overtaken, outcome);
}

void outcome_writer::unchanged(const pending_object& object, batch_outcome& outcome) {
    take_records(object.head());
    add_unsent(object, outcome);
    // A record without fields shares the fate of the change it joined.
    add_records(fate::unchanged, fate::superseded, outcome);
}

} // namespace hubspool
