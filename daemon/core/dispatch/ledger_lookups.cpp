#include "core/dispatch/ledger_lookups.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace hubspool {

namespace {

// Where each change is asked about, no more of a lane are once so many of it are ready.
constexpr std::size_t ready_ahead = 2000;
// The thread of the ledger has the least priority of all.
constexpr int lingers_for_company = 10;

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

// How many fields each record lost, by what the ledger knows.
struct lost_fields {
    std::vector<std::uint32_t> overtaken, unchanged;
    bool any = false;
};

// What was left out of the change before counts as acknowledged.
void add_unsent(const pending_change& change, const std::vector<order_key>& keys,
                ledger_entry& known) {
    if (!change.has_unsent()) return;
    for (const unsent_value& one : change.more->unsent) {
        const field as_field{one.field.kind, one.field.name, {}, 0};
        if (find(known, as_field) == nullptr) known.fields.push_back({one.field, {}, {}, {}});
        for (ledger_field& f : known.fields) {
            const bool is_it = f.field.kind == one.field.kind && f.field.name == one.field.name;
            if (!is_it || keys[one.owner] <= f.acknowledged) continue;
            f.acknowledged = keys[one.owner];
            f.value = one.value;
        }
    }
}

// Drops the values of which HubSpot has newer ones. Gives the oldest key that it has of all.
order_key drop_overtaken(pending_change& change, const std::vector<order_key>& keys,
                         const ledger_entry& known, lost_fields& lost) {
    order_key oldest{UINT64_MAX, UINT64_MAX, UINT64_MAX};
    change.fields.drop_if([&](const field& f, std::uint32_t owner) {
        const ledger_field* const of_it = find(known, f);
        oldest = std::min(oldest, of_it != nullptr ? of_it->acknowledged : order_key{});
        const bool goes = of_it != nullptr && keys[owner] < of_it->acknowledged;
        if (goes) ++lost.overtaken[owner];
        lost.any = lost.any || goes;
        return goes;
    });
    return oldest;
}

// When HubSpot acknowledged what need not be sent again.
struct fresh_times {
    wall_time after, upto; // upto: now; the clock may have been ahead
};

// Whether HubSpot has that value, from an older record. One of the same key is sent: whoever
// replays wants it so. What lies below the horizon may not be all that was acknowledged.
bool is_unchanged(const field& f, const order_key& key, const ledger_field& known,
                  const order_key& horizon, const fresh_times& fresh) {
    const wall_time at{std::chrono::seconds(known.value.at)};
    return known.value.hash != 0 && known.acknowledged < key && horizon <= known.acknowledged &&
           fresh.after < at && at <= fresh.upto && known.value.hash == hash_of_value(f.value);
}

// Takes the values out that HubSpot has already.
void leave_out_unchanged(pending_change& change, const std::vector<order_key>& keys,
                         const ledger_entry& known, const order_key& horizon,
                         const fresh_times& fresh, lost_fields& lost) {
    std::vector<unsent_value> unsent;
    change.fields.drop_if([&](const field& f, std::uint32_t owner) {
        const ledger_field* const of_it = find(known, f);
        if (of_it == nullptr || !is_unchanged(f, keys[owner], *of_it, horizon, fresh)) return false;
        unsent.push_back({of_it->field, f.number, owner, of_it->value});
        ++lost.unchanged[owner];
        return lost.any = true;
    });
    for (unsent_value& one : unsent) change.note_unsent(std::move(one));
}

// Notes the records that lost all by it. What newer records of the change took is not known by its
// field: only what is older than all that HubSpot has of the change was overtaken for certain.
void note_lost(pending_change& change, const order_key& oldest, const lost_fields& lost) {
    if (!lost.any) return;
    std::vector<bool> is_noted(lost.overtaken.size()); // by a lookup before
    if (change.more) {
        for (const std::uint32_t owner : change.more->overtaken) is_noted[owner] = true;
        for (const std::uint32_t owner : change.more->unchanged) is_noted[owner] = true;
    }
    std::uint32_t owner = 0;
    change.records.for_each([&](const record_ref& record) {
        const std::uint32_t unchanged = lost.unchanged[owner];
        const bool lost_each =
            record.fields != 0 && lost.overtaken[owner] + unchanged == record.fields;
        const bool is_overtaken = lost_each || (!record.fieldless && record.key < oldest);
        if (!is_noted[owner] && lost_each && unchanged > 0)
            change.note_unchanged(owner);
        else if (!is_noted[owner] && is_overtaken)
            change.note_overtaken(owner);
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
           !parts_.parks.has(park_reason::paused) &&
           // Whose account it is tells what it has.
           !(parts_.options.skips_unchanged && gate.is_closed(closure::credential));
}

std::vector<std::string> ledger_lookups::ask(bool held, boot_time now) {
    std::vector<std::string> ids;
    if (held || !may_ask()) return ids;
    // What is asked about long before it is sent, and joined by more meanwhile, is asked about
    // again.
    const std::size_t ready_max = parts_.options.skips_unchanged ? ready_ahead : SIZE_MAX;
    for (const object_index index : parts_.planner.take_lookups(objects_a_question, ready_max))
        ids.push_back(parts_.pending.at(index).id);
    under_way_ = !ids.empty();
    asked_ = now;
    return ids;
}

// Else each answer of which little is left would make a request.
boot_time ledger_lookups::company_until() const {
    const bool waits = under_way_ && parts_.options.skips_unchanged;
    return waits ? asked_ + lingers_for_company * parts_.options.planner.linger : boot_time{};
}

// What stands at HubSpot is known only if the ledger is this account's, and no request for it had
// another end than an answer: neither in this run nor, perhaps, in the run before.
bool ledger_lookups::may_skip(const pending_object& object) const {
    const pending_change& head = object.head();
    return parts_.options.skips_unchanged && !parts_.account_is_unknown && object.tries == 0 &&
           !head.of_before && !head.sends_all;
}

std::optional<batch_outcome> ledger_lookups::weigh(ledger_answer answer, const moment& now) {
    under_way_ = false;
    batch_outcome outcome;
    outcome.ticket = parts_.uncommitted.next_ticket();
    outcome.lane = lane::bulk;
    outcome.finished = now.wall;
    for (ledger_entry& known : answer.entries) weigh(known, answer.horizon, now, outcome);
    if (outcome.records.empty()) return std::nullopt;
    return outcome;
}

void ledger_lookups::weigh(ledger_entry& known, const order_key& horizon, const moment& now,
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
    lost_fields lost{std::vector<std::uint32_t>(keys.size()),
                     std::vector<std::uint32_t>(keys.size())};
    add_unsent(change, keys, known);
    const order_key oldest = drop_overtaken(change, keys, known, lost);
    if (may_skip(object))
        leave_out_unchanged(change, keys, known, horizon,
                            {now.wall - parts_.options.unchanged_max_age, now.wall}, lost);
    note_lost(change, oldest, lost);
    if (had_fields && change.fields.empty()) {
        change.has_unsent() ? writer_.unchanged(object, outcome)
                            : writer_.overtaken(object, outcome);
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
