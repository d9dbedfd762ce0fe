#include "core/dispatch/ledger_lookups.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace hubspool {

namespace {

constexpr std::string_view words_in_doubt =
    "a newer change of this object died after a crash, and an older value of it may have been "
    "delivered before: this one may be older than what HubSpot has. Look there; if this one is "
    "wanted, send it with `dead-letters retry --as-newest`";

const ledger_field* find(const ledger_entry& known, const field& f) {
    for (const ledger_field& one : known.fields)
        if (one.field.kind == f.kind && one.field.name == f.name) return &one;
    return nullptr;
}

// An older value of the field may have been acknowledged without anybody's knowing: then nothing
// tells whether this one is newer.
bool is_in_doubt(const pending_change& change, const std::vector<order_key>& keys,
                 const ledger_entry& known) {
    bool doubt = false;
    change.fields.for_each([&](const field& f, std::uint32_t owner) {
        const ledger_field* const of_it = find(known, f);
        doubt = doubt || (of_it != nullptr && of_it->acknowledged <= keys[owner] &&
                          keys[owner] < of_it->doubt);
    });
    return doubt;
}

// What newer records have taken the place of is not sent, however old it is.
bool is_too_late(const pending_change& change, const std::vector<order_key>& keys,
                 const order_key& horizon) {
    bool too_late = false;
    change.fields.for_each(
        [&](const field&, std::uint32_t owner) { too_late = too_late || keys[owner] < horizon; });
    return too_late;
}

// Drops the values of which HubSpot has newer ones, and notes the records that lost all by it.
void drop_overtaken(pending_change& change, const std::vector<order_key>& keys,
                    const ledger_entry& known) {
    std::vector<std::uint32_t> lost(keys.size());
    // What newer records of the change took is not known by its field: only what is older than all
    // that HubSpot has of the change was overtaken for certain.
    order_key oldest{UINT64_MAX, UINT64_MAX, UINT64_MAX};
    bool dropped = false;
    change.fields.drop_if([&](const field& f, std::uint32_t owner) {
        const ledger_field* const of_it = find(known, f);
        oldest = std::min(oldest, of_it != nullptr ? of_it->acknowledged : order_key{});
        const bool goes = of_it != nullptr && keys[owner] < of_it->acknowledged;
        if (goes) ++lost[owner];
        dropped = dropped || goes;
        return goes;
    });
    if (!dropped) return;
    std::vector<bool> is_noted(keys.size()); // by a lookup before
    if (change.more)
        for (const std::uint32_t owner : change.more->overtaken) is_noted[owner] = true;
    std::uint32_t owner = 0;
    change.records.for_each([&](const record_ref& record) {
        const bool lost_each = record.fields != 0 && lost[owner] == record.fields;
        const bool is_overtaken = lost_each || (!record.fieldless && record.key < oldest);
        if (is_overtaken && !is_noted[owner]) change.note_overtaken(owner);
        ++owner;
    });
}

} // namespace

// Under parks, too, but for a pause: they end by a probe, and what it carries must have been looked
// up.
bool ledger_lookups::may_ask() const {
    const send_gate& gate = parts_.gate;
    return !under_way_ && parts_.planner.has_lookups() && !gate.is_closed(closure::frontier) &&
           !gate.is_closed(closure::stopping) && !gate.is_closed(closure::outcomes) &&
           !parts_.parks.has(park_reason::paused);
}

std::vector<std::string> ledger_lookups::ask(bool held) {
    std::vector<std::string> ids;
    if (held || !may_ask()) return ids;
    for (const object_index index : parts_.planner.take_lookups(objects_a_question))
        ids.push_back(parts_.pending.at(index).id);
    under_way_ = !ids.empty();
    return ids;
}

std::optional<batch_outcome> ledger_lookups::weigh(const ledger_answer& answer, const moment& now) {
    under_way_ = false;
    batch_outcome outcome;
    outcome.ticket = parts_.uncommitted.next_ticket();
    outcome.lane = lane::bulk;
    outcome.finished = now.wall;
    for (const ledger_entry& known : answer.entries) weigh(known, answer.horizon, now, outcome);
    if (outcome.records.empty()) return std::nullopt;
    return outcome;
}

void ledger_lookups::weigh(const ledger_entry& known, const order_key& horizon, const moment& now,
                           batch_outcome& outcome) {
    object_index index = 0;
    // Placed anew since it was asked about, it is asked about once more.
    if (!parts_.pending.find(known.object_id, index) ||
        parts_.pending.at(index).queued != queue_tag::looking_up)
        return;
    pending_object& object = parts_.pending.at(index);
    pending_change& change = object.head();
    const std::vector<order_key> keys = change.records.keys();
    const bool had_fields = !change.fields.empty();
    change.late = false;
    // First what is certain: of it nothing is wanted any more, whatever becomes of the rest.
    drop_overtaken(change, keys, known);
    if (had_fields && change.fields.empty()) {
        writer_.overtaken(object, outcome);
        return settle(index, outcome);
    }
    // The history was trimmed since it was read.
    if (is_too_late(change, keys, horizon)) {
        writer_.dead(object, category_too_late, words_too_late, outcome);
        return settle(index, outcome);
    }
    if (is_in_doubt(change, keys, known)) {
        writer_.dead(object, category_in_doubt, words_in_doubt, outcome);
        return settle(index, outcome);
    }
    parts_.planner.place(index, now.boot);
}

// It waits for its commit as if it had been sent.
void ledger_lookups::settle(object_index index, batch_outcome& outcome) {
    pending_object& object = parts_.pending.at(index);
    object.phase = object_phase::settling;
    object.queued = queue_tag::none;
    if (object.head().by.live) outcome.lane = lane::live;
    parts_.uncommitted.add(outcome.ticket, index, object.head().records.count());
}

} // namespace hubspool
