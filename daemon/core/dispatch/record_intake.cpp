#include "core/dispatch/record_intake.hpp"

#include "core/pending/block_merge.hpp"
#include "core/sending/batch_json.hpp"
#include "core/words/object_hash.hpp"

#include <utility>

namespace hubspool {

namespace {

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
    outcome.records.add({block.file, record.ordinal, fate::dead});
    outcome.dead_letters.push_back(std::move(letter));
}

} // namespace

void record_intake::restore(std::uint64_t file, settled_set settled) {
    settled_before_[file] = std::move(settled);
}

std::optional<batch_outcome> record_intake::accept(const decoded_block& block, const moment& now) {
    const auto known = settled_before_.find(block.file);
    // What was settled before a restart is skipped by its ordinal.
    const settled_set* const settled = known == settled_before_.end() ? nullptr : &known->second;
    batch_outcome outcome;
    merge(block, settled, now.boot, outcome);
    for (const bad_record& bad : block.bad) {
        if (settled != nullptr && settled->contains(bad.ordinal)) continue;
        dead_letter letter;
        letter.at = {block.file, bad.offset};
        letter.object_id = bad.object_id;
        letter.category = "decode";
        letter.reason = bad.reason;
        letter.content = bad.content;
        letter.records.push_back(
            {block.file, bad.offset, bad.size, bad.ordinal, bad.count, bad.line, bad.reference});
        // A range stands for many: each counts in the books.
        for (std::uint64_t i = 0; i < bad.count; ++i)
            outcome.records.add({block.file, bad.ordinal + i, fate::dead});
        outcome.dead_letters.push_back(std::move(letter));
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
    const bool to_live = by == lane::live && object.queued == queue_tag::bulk;
    const bool beyond =
        planner.beyond_frontier(object) && object.queued != queue_tag::beyond_frontier;
    const bool is_ready = object.queued == queue_tag::live || object.queued == queue_tag::bulk;
    if (object.queued == queue_tag::none || to_live || beyond ||
        (is_ready && object.needs_lookup()))
        planner.place(index, now);
}

} // namespace hubspool
