// What answers mean for the objects that were sent.
#include "core/answers/response_mapper.hpp"
#include "core/engine/dispatcher.hpp"
#include "core/sending/backoff.hpp"
#include "core/sending/batch_json.hpp"
#include "core/words/object_hash.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
constexpr std::size_t suspects_kept_max = 1000;
constexpr std::size_t died_places_kept = 100000;
} // namespace

response_effect dispatcher::on_response(std::uint64_t batch, const api_response& response,
                                        const moment& now) {
    const flight f = std::move(in_flight_.at(batch));
    in_flight_.erase(batch);
    if (f.probe || f.breaker_probe) probe_in_flight_ = false;
    const response_verdict v = judge(f, response, now);

    response_effect effect;
    effect.conclusive = !v.may_still_land;
    effect.close_connection = v.close_connection;
    switch (response.end) {
    case exchange_end::answered:
        effect.slot_release = limiter_.answered(
            rate_limiter::kind_of_batch(f.full, f.body_bytes, response.status / 100 == 2), f.sent,
            now.boot);
        break;
    case exchange_end::not_sent: effect.slot_release = limiter_.cancelled(now.boot); break;
    case exchange_end::unanswered:
    case exchange_end::stale: effect.slot_release = limiter_.unanswered(now.boot); break;
    }

    batch_outcome& outcome = effect.outcome;
    outcome.batch = batch;
    outcome.lane = f.in;
    outcome.probe = f.probe || f.breaker_probe;
    outcome.inputs = static_cast<std::uint32_t>(v.inputs.size());
    outcome.http_status = response.status;
    outcome.status = v.status;
    outcome.reason = v.reason;
    outcome.words = v.words;
    outcome.correlation_id = v.correlation_id;
    outcome.duration_ms = response.duration_ms;
    outcome.queue_wait_ms = f.waited.count();
    outcome.finished = now.wall;

    if (f.control) weigh_control(f, v, outcome);
    apply_portal_effects(v, f, response, now, effect);
    note_landing(v, f, now);
    if (f.control) {
        if (!v.may_still_land) release_control(f, now.boot);
        return effect;
    }
    std::vector<ruling> rulings;
    rulings.reserve(f.objects.size());
    for (std::size_t i = 0; i < f.objects.size(); ++i) {
        rulings.push_back(rule(f.objects[i], v.inputs[i], v.doubtful, f, now, outcome));
    }
    apply_brake(rulings, f, now, effect);
    outcome.changes.reserve(f.objects.size());
    std::size_t records = 0, settling = 0;
    for (std::size_t i = 0; i < f.objects.size(); ++i) {
        if (rulings[i].what != ruling::delivered && rulings[i].what != ruling::dead) continue;
        records += pending_.at(f.objects[i]).head().records.count();
        ++settling;
    }
    outcome.records.reserve(records);
    if (settling > 0) uncommitted_[batch].reserve(settling);
    // Controls are counted after the rulings: inputs of one answer are no control for each other.
    for (std::size_t i = 0; i < f.objects.size(); ++i) {
        apply(rulings[i], f.objects[i], v, f, now, effect);
    }
    return effect;
}

response_verdict dispatcher::judge(const flight& f, const api_response& r, const moment& now) {
    std::vector<sent_input> inputs;
    inputs.reserve(f.objects.size());
    for (const object_index index : f.objects) {
        const pending_object& object = pending_.at(index);
        inputs.push_back({object.id, &object.head().fields});
        object.head().bring_near(); // it comes while the answer is parsed
    }
    if (f.control) inputs.push_back({f.control->object_id, nullptr});
    response_verdict v = map_response(r, inputs, options_.mapper, now.boot);
    if (!v.resend) return v;
    const bool again = std::any_of(f.objects.begin(), f.objects.end(), [&](object_index index) {
        return pending_.at(index).stale_once;
    });
    for (const object_index index : f.objects) pending_.at(index).stale_once = !again;
    if (again) {
        // Twice in a row is no accident of an idle connection.
        for (input_verdict& input : v.inputs) input.fate = input_fate::suspect;
        v.outage = v.doubtful = true;
    }
    return v;
}

void dispatcher::apply_portal_effects(const response_verdict& v, const flight& f,
                                      const api_response& r, const moment& now,
                                      response_effect& effect) {
    learn_limits(v, f, now);
    if (v.throttled) limiter_.throttled(now.boot);
    if (v.hold && !v.doubtful) hold_all(now.boot + *v.hold, hold_cause_of(r.status));
    if (v.max_inputs) {
        planner_.lower_inputs_max(*v.max_inputs);
        effect.notes.push_back(
            fmt::format("HubSpot takes at most {} inputs a request", *v.max_inputs));
    }
    if (v.duplicate_ids) {
        effect.notes.push_back(
            "HubSpot found duplicate ids in a batch, which is an error of hubspool; "
            "its inputs go one by one now: " +
            v.words);
        for (const object_index index : f.objects) blame_.set_mates(pending_.at(index), 1);
    }
    for (const std::string& id : v.unknown_results)
        effect.notes.push_back("the answer names object " + id +
                               ", which was not in the batch; ignored");
    for (const response_verdict::missing_echo& missing : v.missing_echoes)
        effect.notes.push_back(
            fmt::format("object {}: HubSpot did not echo the property \"{}\"; it may not "
                        "be stored. Does the property exist in the portal?",
                        pending_.at(f.objects[missing.input]).id, missing.property));

    if (v.doubtful) {
        weigh_doubt(v, f, now, effect);
    } else if (v.outage) {
        weigh_outage(v, now);
    } else if (r.end == exchange_end::answered && r.status != 429) {
        breaker_.succeeded();
    }
    if (v.park) {
        add_park(*v.park, now);
        effect.parks_changed = effect.parked = true;
    } else if (f.probe) {
        // HubSpot judged the input, whatever it said of it: what stood in the way has gone. But
        // only a delivery tells that the data are right; and a last pending object may be a bad
        // one.
        const bool judged = r.end == exchange_end::answered && !v.outage && r.status != 429 &&
                            !r.credential_changed; // that was of a token which is gone
        const bool delivered = v.inputs.front().fate == input_fate::delivered;
        if (judged) parks_.ended_by_answer(delivered && f.of_a_suspect);
        if (!parks_.any()) breaker_.start_gently();
        if (!parks_.has(park_reason::suspect_data) && !suspects_.empty()) {
            brake_.reset();
            suspects_.clear();
        }
        parks_.postpone(now);
        effect.parks_changed = true;
    }
    // After the parks: a probe's answer has ended that of yesterday.
    if (look_at_budget(now)) effect.parks_changed = true;
}

void dispatcher::learn_limits(const response_verdict& v, const flight& f, const moment& now) {
    if (v.limit_max) limiter_.learn(*v.limit_max);
    if (v.limit_max && v.limit_remaining)
        limiter_.remaining_told(f.ticket, *v.limit_max, *v.limit_remaining, now.boot);
    if (v.daily_limit && v.daily_remaining)
        budget_.told(*v.daily_limit, *v.daily_remaining, f.sent, f.day_count, now.boot);
}

void dispatcher::note_landing(const response_verdict& v, const flight& f, const moment& now) {
    for (const object_index index : f.objects) {
        pending_object& object = pending_.at(index);
        if (v.may_still_land) {
            object.frozen = true;
            object.lands_until = std::max(object.lands_until, f.sent + options_.late);
        } else {
            object.stale_once = false;
            object.frozen = object.frozen && object.lands_until > now.boot;
        }
    }
}

dispatcher::ruling dispatcher::rule(object_index index, const input_verdict& v, bool doubtful,
                                    const flight& f, const moment& now, batch_outcome& outcome) {
    pending_object& object = pending_.at(index);
    if (v.fate == input_fate::delivered) return {ruling::delivered, {}, {}};
    // A probe under a park asks about the portal, not about its object.
    if (f.probe || v.fate == input_fate::again) return {ruling::again, v.category, v.words};
    switch (v.fate) {
    case input_fate::dead: return {ruling::dead, v.category, v.words};
    case input_fate::contradicted:
        if (object.contradicted) return {ruling::dead, v.category, v.words};
        object.contradicted = true;
        blame_.set_mates(object, 1);
        return {ruling::again, v.category, v.words};
    case input_fate::solo: blame_.set_mates(object, 1); break;
    case input_fate::suspect: blame_.halve_mates(object); break;
    case input_fate::delivered:
    case input_fate::again: break;
    }
    if (!blame_.failed(object, f.alone, doubtful, now, outcome.charges))
        return {ruling::fails, v.category, v.words};
    return {ruling::dead, v.category.empty() ? "unattributed" : v.category,
            fmt::format("{} (tried {} times alone, while other objects were delivered)", v.words,
                        options_.attempts_max)};
}

void dispatcher::apply_brake(std::vector<ruling>& rulings, const flight& f, const moment& now,
                             response_effect& effect) {
    std::map<std::string, std::vector<std::uint64_t>> places;
    std::string words;
    for (std::size_t i = 0; i < rulings.size(); ++i) {
        if (rulings[i].what != ruling::dead) continue;
        places[rulings[i].category].push_back(pending_.at(f.objects[i]).first_sent);
        words = rulings[i].words;
    }
    bool crosses = parks_.has(park_reason::suspect_data) && !places.empty();
    std::string reason;
    for (const auto& [category, of] : places) {
        if (!brake_.would_cross(category, of)) continue;
        crosses = true;
        reason = category;
    }
    if (!crosses) {
        for (const auto& [category, of] : places)
            for (const std::uint64_t place : of) brake_.died(category, place);
        return;
    }
    for (std::size_t i = 0; i < rulings.size(); ++i) {
        if (rulings[i].what != ruling::dead) continue;
        rulings[i].what = ruling::again;
        if (suspects_.size() < suspects_kept_max) suspects_.push_back(pending_.at(f.objects[i]).id);
    }
    if (parks_.has(park_reason::suspect_data)) return;
    parks_.add(
        {park_reason::suspect_data,
         fmt::format("{} would make dead letters of more than {} objects ({}): is it the right "
                     "portal, and do all properties exist? Mend the cause, then `hubspool resume`",
                     reason, options_.brake.count, words),
         {}},
        now);
    effect.parks_changed = effect.parked = true;
}

void dispatcher::apply(const ruling& r, object_index index, const response_verdict& v,
                       const flight& f, const moment& now, response_effect& effect) {
    pending_object& object = pending_.at(index);
    batch_outcome& outcome = effect.outcome;
    outcome.attempt = std::max(outcome.attempt, object.tries);
    switch (r.what) {
    case ruling::delivered: {
        // Of a whole batch two are kept, to have a control.
        const bool keep = index == f.objects.front() || index == f.objects.back();
        return settle_delivered(index, keep, now, outcome);
    }
    case ruling::dead: return settle_dead(index, r, now, outcome);
    case ruling::again: break;
    case ruling::fails:
        if (!v.no_backoff || f.alone)
            object.not_before = now.boot + blame_.wait(object, f.alone, now);
        break;
    }
    if (v.retry_after_min)
        object.not_before = std::max(object.not_before, now.boot + *v.retry_after_min);
    ++outcome.retried;
    object.phase = object_phase::waiting;
    pending_.merge_following(index);
    planner_.place(index, now.boot);
}

void dispatcher::settle_delivered(object_index index, bool keep, const moment& now,
                                  batch_outcome& outcome) {
    pending_object& object = pending_.at(index);
    blame_.delivered(object, keep, now, outcome.charges);
    ++outcome.delivered;
    object.phase = object_phase::settling;
    uncommitted_[outcome.batch].push_back(index);
    uncommitted_records_ += object.head().records.count();

    const pending_change& change = object.head();
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

void dispatcher::settle_dead(object_index index, const ruling& r, const moment& now,
                             batch_outcome& outcome) {
    pending_object& object = pending_.at(index);
    blame_.died(object, now, outcome.charges);
    ++outcome.dead_lettered;
    if (died_places_.size() >= died_places_kept) died_places_.clear();
    died_places_[object_id_hash(object.id)] = object.first_sent;
    object.phase = object_phase::settling;
    uncommitted_[outcome.batch].push_back(index);
    uncommitted_records_ += object.head().records.count();

    dead_letter letter;
    letter.at = object.head().records.newest();
    letter.object_id = object.id;
    letter.category = r.category.empty() ? "unattributed" : r.category;
    letter.reason = r.words;
    letter.batch = outcome.batch;
    append_input(letter.content, object.id, object.head().fields);
    const field_set& fields = object.head().fields;
    outcome.changes.add(object.id, fate::dead, fields.count());
    fields.for_each(
        [&](const field& f, std::uint32_t) { outcome.changes.add_field(f.name, f.number); });
    object.head().records.for_each([&](const record_ref& record) {
        letter.records.push_back({record.file, record.offset, 0, record.ordinal, 1, record.line,
                                  std::string(record.reference)});
        outcome.records.add({record.file, record.ordinal, fate::dead});
    });
    outcome.dead_letters.push_back(std::move(letter));
}

void dispatcher::cancel_request(std::uint64_t batch, boot_time now) {
    const flight f = std::move(in_flight_.at(batch));
    in_flight_.erase(batch);
    if (f.probe || f.breaker_probe) probe_in_flight_ = false;
    limiter_.cancelled(now);
    budget_.cancelled();
    if (f.control) release_control(f, now);
    for (const object_index index : f.objects) {
        pending_.at(index).phase = object_phase::waiting;
        planner_.place(index, now);
    }
}

} // namespace hubspool
