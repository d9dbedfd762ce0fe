#include "core/dispatch/record_intake.hpp"

#include "core/pending/block_merge.hpp"
#include "core/words/object_hash.hpp"

#include <utility>

namespace hubspool {

void record_intake::restore(std::uint64_t file, settled_set settled) {
    settled_before_[file] = std::move(settled);
}

std::optional<batch_outcome> record_intake::accept(const decoded_block& block, const moment& now) {
    const auto known = settled_before_.find(block.file);
    // What was settled before a restart is skipped by its ordinal.
    const settled_set* const settled = known == settled_before_.end() ? nullptr : &known->second;
    merge(block, settled, now.boot);

    batch_outcome outcome;
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

void record_intake::merge(const decoded_block& block, const settled_set* settled, boot_time now) {
    batch_planner& planner = parts_.planner;
    block_merge merge(parts_.pending, block);
    for (std::size_t i = 0; i < block.records.size(); ++i) {
        if (settled != nullptr && settled->contains(block.records[i].ordinal)) continue;
        bool is_new = false;
        const object_index index = merge.add(i, now, is_new);
        pending_object& object = parts_.pending.at(index);
        // A request of before a restart, or of an object that is gone, may still land on this id.
        if (is_new && !parts_.landings.empty())
            object.lands_until = parts_.landings.until(object_id_hash(object.id));
        // Its place changes only when it is new, becomes live while it waits with the bulk, or
        // takes up a record that lies beyond the frontier.
        const bool to_live = block.lane == lane::live && object.queued == queue_tag::bulk;
        const bool beyond = planner.beyond_frontier(object);
        if (object.queued == queue_tag::none || to_live ||
            (beyond && object.queued != queue_tag::beyond_frontier))
            planner.place(index, now);
    }
}

} // namespace hubspool
