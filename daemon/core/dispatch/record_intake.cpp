#include "core/dispatch/record_intake.hpp"

#include "core/books/gathered_letter.hpp"
#include "core/pending/block_merge.hpp"
#include "core/sending/batch_json.hpp"
#include "core/words/object_hash.hpp"

#include <string_view>
#include <utility>

namespace hubspool {

namespace {

constexpr std::string_view words_many_too_late =
    "these records are older than what is still known of what was delivered, and so were too many "
    "before them for a dead letter each: they stand in their file only, which goes to rejected/";

void add_dead(const decoded_block& block, std::uint64_t ordinal, const order_key& key,
              batch_outcome& outcome) {
    const settled_record settled{block.file, ordinal, fate::dead};
    outcome.records.add(settled);
    note_retry(outcome, settled, key, block.first_of(ordinal, key));
}

// As it would have been sent.
void write_too_late(const decoded_block& block, const decoded_record& record,
                    batch_outcome& outcome) {
    std::vector<numbered_key> keys;
    keys.reserve(block.keys.size());
    for (const field_key& key : block.keys) keys.push_back(number(nullptr, key.kind, key.name));
    field_set fields;
    fields.merge(block.text(record.fields), keys, 0);
    dead_letter letter;
    letter.at = {block.file, record.offset};
    letter.object_id = block.text(record.object_id);
    letter.category = category_too_late;
    letter.reason = words_too_late;
    append_input(letter.content, letter.object_id, fields);
    letter.records.push_back({block.file, record.offset, 0, record.ordinal, 1, record.line,
                              std::string(block.text(record.reference))});
    const order_key key = block.key_of(record);
    fields.for_each([&](const field& f, std::uint32_t) {
        letter.values.push_back({f.kind, std::string(f.name), key, 0});
    });
    if (letter.values.empty()) letter.values.push_back({field_kind::property, "", key, 0});
    add_dead(block, record.ordinal, key, outcome);
    outcome.dead_letters.push_back(std::move(letter));
}

// Without its values: they stand in the file, which is kept.
void gather_too_late(const decoded_block& block, const decoded_record& record,
                     batch_outcome& outcome) {
    // Once one is gathered, all that follow in the file are.
    if (outcome.dead_letters.empty() || !is_gathered(outcome.dead_letters.back())) {
        dead_letter letter;
        letter.at = {block.file, record.offset};
        letter.category = category_too_late;
        letter.reason = words_many_too_late;
        outcome.dead_letters.push_back(std::move(letter));
    }
    auto& runs = outcome.dead_letters.back().records;
    // Only neighbours go together: a run owns all ordinals in it.
    if (!runs.empty() && runs.back().ordinal + runs.back().count == record.ordinal)
        ++runs.back().count;
    else
        runs.push_back({block.file, record.offset, 0, record.ordinal, 1, record.line, {}});
    add_dead(block, record.ordinal, block.key_of(record), outcome);
}

void write_bad(const decoded_block& block, const bad_record& bad, batch_outcome& outcome) {
    dead_letter letter;
    letter.at = {block.file, bad.offset};
    letter.object_id = bad.object_id;
    letter.category = "decode";
    letter.reason = bad.reason;
    letter.content = bad.content;
    letter.records.push_back(
        {block.file, bad.offset, bad.size, bad.ordinal, bad.count, bad.line, bad.reference});
    const order_key key = block.key_of(bad.as_of, bad.ordinal);
    add_dead(block, bad.ordinal, key, outcome);
    // A range stands for many: each counts in the books, and none can be sent once more.
    for (std::uint64_t i = 1; i < bad.count; ++i)
        outcome.records.add({block.file, bad.ordinal + i, fate::dead});
    if (bad.count == 1) letter.values.push_back({field_kind::property, "", key, 0});
    outcome.dead_letters.push_back(std::move(letter));
}

} // namespace

void record_intake::restore(std::uint64_t file, settled_set settled) {
    files_[file].settled = std::move(settled);
}

std::optional<batch_outcome> record_intake::accept(const decoded_block& block, const moment& now) {
    const auto known = files_.find(block.file);
    // What was settled before a restart is skipped by its ordinal.
    const settled_set* const settled = known == files_.end() ? nullptr : &known->second.settled;
    batch_outcome outcome;
    merge(block, settled, now.boot, outcome);
    for (const bad_record& bad : block.bad) {
        if (settled != nullptr && settled->contains(bad.ordinal)) continue;
        write_bad(block, bad, outcome);
    }
    // A block without bad records writes nothing.
    if (outcome.dead_letters.empty()) return std::nullopt;
    outcome.dead_lettered = static_cast<std::uint32_t>(outcome.records.size());
    outcome.lane = block.lane;
    outcome.finished = now.wall;
    return outcome;
}

void record_intake::merge(const decoded_block& block, const settled_set* settled, boot_time now,
                          batch_outcome& outcome) {
    block_merge merge(parts_.pending, block);
    for (std::size_t i = 0; i < block.records.size(); ++i) {
        const decoded_record& record = block.records[i];
        if (settled != nullptr && settled->contains(record.ordinal)) continue;
        if (block.key_of(record) < horizon_) {
            if (files_[block.file].late.note(record.ordinal, parts_.options.brake))
                gather_too_late(block, record, outcome);
            else
                write_too_late(block, record, outcome);
            continue;
        }
        bool is_new = false;
        const object_index index = merge.add(i, now, is_new);
        place(index, is_new, block.lane, now);
    }
}

void record_intake::place(object_index index, bool is_new, lane by, boot_time now) {
    batch_planner& planner = parts_.planner;
    pending_object& object = parts_.pending.at(index);
    // A request of before a restart, or of an object that is gone, may still land on this id.
    if (is_new && !parts_.landings.empty())
        object.lands_until = parts_.landings.until(object_id_hash(object.id));
    // Its place changes only when it is new, becomes live while it waits with the bulk, takes up a
    // record that lies beyond the frontier, or one that may be late.
    const bool to_live = by == lane::live && (object.queued == queue_tag::bulk ||
                                              object.queued == queue_tag::bulk_lookup);
    const bool beyond =
        planner.beyond_frontier(object) && object.queued != queue_tag::beyond_frontier;
    const bool is_ready = object.queued == queue_tag::live || object.queued == queue_tag::bulk;
    if (object.queued == queue_tag::none || to_live || beyond ||
        (is_ready && object.needs_lookup()))
        planner.place(index, now);
}

} // namespace hubspool
