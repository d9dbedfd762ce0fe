#include "core/dispatch/input_rulings.hpp"

#include "core/answers/judgement.hpp"
#include "core/pending/change_joins.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

void input_rulings::apply(const response_verdict& verdict, const flight& ended, const moment& now,
                          response_effect& effect) {
    batch_outcome& outcome = effect.outcome;
    std::vector<ruling> rulings;
    rulings.reserve(ended.objects.size());
    // All before any is applied: else a delivery in this very answer would count as another's
    // control.
    for (std::size_t i = 0; i < ended.objects.size(); ++i)
        rulings.push_back(
            rule(ended.objects[i], verdict.inputs[i], verdict.doubtful, ended, now, outcome));
    hold_back_suspects(rulings, ended, now, effect);
    make_room(rulings, ended, outcome);
    for (std::size_t i = 0; i < ended.objects.size(); ++i) {
        const object_index index = ended.objects[i];
        const ruling& r = rulings[i];
        outcome.attempt = std::max(outcome.attempt, parts_.pending.at(index).tries);
        // Of a whole batch two are kept, to have a control.
        const bool keep = i == 0 || i + 1 == ended.objects.size();
        if (r.what == ruling::delivered || r.what == ruling::dead)
            settle(r, index, keep, ended.sent(), now, outcome);
        else
            send_again(r, index, verdict, ended, now, outcome);
    }
}

input_rulings::ruling input_rulings::rule(object_index index, const input_verdict& input,
                                          bool doubtful, const flight& ended, const moment& now,
                                          batch_outcome& outcome) {
    pending_object& object = parts_.pending.at(index);
    if (input.fate == input_fate::delivered) return {ruling::delivered, {}, {}};
    // A probe under a park asks about the portal, not about its object.
    if (ended.passed.asks_parks || input.fate == input_fate::again)
        return {ruling::again, input.category, input.words};
    switch (input.fate) {
    case input_fate::dead: return {ruling::dead, input.category, input.words};
    case input_fate::contradicted:
        if (object.contradicted) return {ruling::dead, input.category, input.words};
        // Once more alone: then the answer can speak of nobody else.
        object.contradicted = true;
        parts_.blame.set_batch_cap(object, 1);
        return {ruling::again, input.category, input.words};
    case input_fate::solo: parts_.blame.set_batch_cap(object, 1); break;
    case input_fate::suspect: parts_.blame.halve_batch_cap(object); break;
    case input_fate::delivered:
    case input_fate::again: break;
    }
    if (!parts_.blame.failed(object, ended.alone, doubtful, now, outcome.charges))
        return {ruling::fails, input.category, input.words};
    // The words say why it may be blamed: others were delivered in between.
    return {ruling::dead,
            input.category.empty() ? std::string(reason_unattributed) : input.category,
            fmt::format("{} (tried {} times alone, while other objects were delivered)",
                        input.words, parts_.options.attempts_max)};
}

void input_rulings::hold_back_suspects(std::vector<ruling>& rulings, const flight& ended,
                                       const moment& now, response_effect& effect) {
    // All of one answer at once: that they die together is what makes it suspicious.
    std::vector<condemned> together;
    for (std::size_t i = 0; i < rulings.size(); ++i) {
        if (rulings[i].what != ruling::dead) continue;
        const pending_object& object = parts_.pending.at(ended.objects[i]);
        together.push_back({object.id, object.first_sent, rulings[i].category, rulings[i].words});
    }
    if (together.empty()) return;
    const bool parked = parts_.parks.has(park_reason::suspect_data);
    dead_letter_gate::ruling brake = parts_.dead_letters.weigh(together, parked);
    if (brake.may_die) return;
    // What was delivered stays delivered.
    for (ruling& r : rulings)
        if (r.what == ruling::dead) r.what = ruling::again;
    // A probe's answer under the park: the park is there already.
    if (parked) return;
    parts_.parks.add({park_reason::suspect_data, std::move(brake.park_words), {}}, now);
    effect.parked = true;
}

// One allocation for all that the batch settles.
void input_rulings::make_room(const std::vector<ruling>& rulings, const flight& ended,
                              batch_outcome& outcome) {
    outcome.changes.reserve(ended.objects.size());
    std::size_t records = 0, settling = 0;
    for (std::size_t i = 0; i < ended.objects.size(); ++i) {
        // Only what settles needs room.
        if (rulings[i].what != ruling::delivered && rulings[i].what != ruling::dead) continue;
        records += parts_.pending.at(ended.objects[i]).head().records.count();
        ++settling;
    }
    outcome.records.reserve(records);
    if (settling > 0) parts_.uncommitted.reserve(outcome.batch, settling);
}

void input_rulings::settle(const ruling& r, object_index index, bool keep, boot_time sent,
                           const moment& now, batch_outcome& outcome) {
    pending_object& object = parts_.pending.at(index);
    if (r.what == ruling::delivered) {
        parts_.blame.delivered(object, keep, sent, now, outcome.charges);
        writer_.delivered(object, outcome);
    } else {
        parts_.blame.died(object, now, outcome.charges);
        parts_.dead_letters.died(object.id, object.first_sent);
        writer_.dead(object, r.category, r.words, outcome);
    }
    // In flight for all others until the commit: a crash before it sends the same once more.
    object.phase = object_phase::settling;
    parts_.uncommitted.add(outcome.batch, index, object.head().records.count());
}

void input_rulings::send_again(const ruling& r, object_index index, const response_verdict& verdict,
                               const flight& ended, const moment& now, batch_outcome& outcome) {
    pending_object& object = parts_.pending.at(index);
    // Some refusals ask for no wait: a smaller batch goes at once. An object alone always waits.
    if (r.what == ruling::fails && (!verdict.no_backoff || ended.alone))
        object.not_before = now.boot + parts_.blame.wait(object, ended.alone, verdict.passing, now);
    if (verdict.retry_after_min)
        object.not_before = std::max(object.not_before, now.boot + *verdict.retry_after_min);
    ++outcome.retried;
    object.phase = object_phase::waiting;
    // What collected behind it may be able to go along now.
    change_joins(parts_.pending).merge_following(index);
    parts_.planner.place(index, now.boot);
}

} // namespace hubspool
