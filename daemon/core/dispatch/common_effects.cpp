#include "core/dispatch/common_effects.hpp"

#include <fmt/core.h>

namespace hubspool {

namespace {
// Without a control, so many objects in a row must fail alone before the set-up is found wrong, or
// a drain ends at a park.
constexpr std::uint32_t probes_that_tell = 3;
constexpr int status_too_many_requests = 429;
} // namespace

void common_effects::apply(const response_verdict& verdict, const flight& ended,
                           const api_response& response, const moment& now,
                           response_effect& effect) {
    // First, whatever the answer means otherwise: limits and holds are told by every answer.
    learn(verdict, ended, response, now, effect);
    note_findings(verdict, ended, effect);

    const bool another = asks_another(verdict, ended);
    // In doubt counts for nobody until something else is asked; only then is it an outage.
    if (verdict.doubtful) {
        weigh_doubt(verdict, ended, another, now, effect);
    } else if (verdict.outage) {
        // Where nothing was sent, no object waits by itself: the destination is left alone instead.
        parts_.gate.failed(now, verdict.words);
    } else if (response.end == exchange_end::answered &&
               response.status != status_too_many_requests) {
        // An answer, and no 429: sending works.
        parts_.breaker.succeeded();
    }

    // A new reason to park wins over what the probe was to end.
    if (verdict.park) {
        parts_.gate.park(*verdict.park, now);
        effect.parked = true;
    } else if (ended.passed.asks_parks && !another) {
        end_parks(verdict, ended, response);
        // What is left is asked later, and at longer intervals.
        parts_.parks.postpone(now);
    }
    // After the parks: a probe's answer has ended that of yesterday.
    parts_.gate.park_when_spent(now);
}

void common_effects::learn(const response_verdict& verdict, const flight& ended,
                           const api_response& response, const moment& now,
                           response_effect& effect) {
    parts_.slots.learn(verdict, ended.passed.slot, now.boot);
    // In doubt a Retry-After may be meant for this request alone, see weigh_doubt().
    if (verdict.hold && !verdict.doubtful)
        parts_.hold.extend(now.boot + *verdict.hold, hold_cause_of(response.status));
    if (verdict.max_inputs) {
        parts_.planner.lower_inputs_max(*verdict.max_inputs);
        effect.notes.push_back(
            fmt::format("HubSpot takes at most {} inputs a request", *verdict.max_inputs));
    }
    if (!verdict.duplicate_ids) return;
    effect.notes.push_back("HubSpot found duplicate ids in a batch, which is an error of hubspool; "
                           "its inputs go one by one now: " +
                           verdict.words);
    // One by one, so that no two of them can meet again.
    for (const object_index index : ended.objects)
        parts_.blame.set_batch_cap(parts_.pending.at(index), 1);
}

void common_effects::note_findings(const response_verdict& verdict, const flight& ended,
                                   response_effect& effect) const {
    for (const std::string& id : verdict.unknown_results)
        effect.notes.push_back("the answer names object " + id +
                               ", which was not in the batch; ignored");
    for (const response_verdict::missing_echo& missing : verdict.missing_echoes)
        effect.notes.push_back(
            fmt::format("object {}: HubSpot did not echo the property \"{}\"; it may not "
                        "be stored. Does the property exist in the portal?",
                        parts_.pending.at(ended.objects[missing.input]).id, missing.property));
}

// A drain has a night to end, and its first probe may meet the very record that a park is due to.
// The parks stay due, and the breaker spaces what is asked. In `run` the parks' own times do.
bool common_effects::asks_another(const response_verdict& verdict, const flight& ended) {
    if (!ended.passed.asks_parks) return false;
    // Of a control nobody asks whose fault it is.
    probes_in_doubt_ = verdict.doubtful && !ended.control ? probes_in_doubt_ + 1 : 0;
    return parts_.options.drain && probes_in_doubt_ > 0 && probes_in_doubt_ < probes_that_tell;
}

void common_effects::weigh_doubt(const response_verdict& verdict, const flight& ended, bool another,
                                 const moment& now, response_effect& effect) {
    circuit_breaker& breaker = parts_.breaker;
    // Neither a probe nor a control: the inputs are halved, and nothing is said of the destination
    // yet.
    if (!ended.passed.probes() && !ended.control) {
        breaker.doubted(now, verdict.words);
        if (!verdict.hold) return;
        // It may be meant for this request alone: asked, if there is anything to ask with.
        if (parts_.blame.controls().find(parts_.pending, now.boot) != nullptr ||
            parts_.planner.has_fresh())
            return breaker.doubt();
        return parts_.hold.extend(now.boot + *verdict.hold, hold_cause::retry_after);
    }
    // Of an object that fails alone anyway: the breaker lets any other ask at once.
    const bool by_suspect =
        !ended.control && blame::is_isolated(parts_.pending.at(ended.objects.front()));
    breaker.doubt();
    breaker.failed(now, verdict.words, by_suspect);
    if (verdict.hold) parts_.hold.extend(now.boot + *verdict.hold, hold_cause::retry_after);
    // A control cannot be at fault. A probe of a park asks for everybody. Else it takes three in a
    // row.
    const bool tells = ended.passed.asks_parks ? !another : breaker.probes() >= probes_that_tell;
    const bool common = ended.control || tells;
    if (!verdict.park_if_common || !common) return;
    parts_.gate.park(*verdict.park_if_common, now);
    effect.parked = true;
}

void common_effects::end_parks(const response_verdict& verdict, const flight& ended,
                               const api_response& response) {
    // HubSpot judged the input, whatever it said of it: what stood in the way has gone. But only a
    // delivery tells that the data are right; and a last pending object may be a bad one.
    const bool judged = response.end == exchange_end::answered && !verdict.outage &&
                        response.status != status_too_many_requests &&
                        !response.credential_changed; // that was of a token which is gone
    const bool delivered = verdict.inputs.front().fate == input_fate::delivered;
    // A suspect that is delivered ends the brake's park, too.
    if (judged) parts_.parks.ended_by_answer(delivered && ended.of_a_suspect);
    // With several connections at once, what caused the outage might come back at once.
    if (!parts_.parks.any()) parts_.breaker.start_gently();
    // The park has ended in another way: its suspects are no more suspect than others.
    if (!parts_.parks.has(park_reason::suspect_data) && !parts_.dead_letters.suspects().empty())
        parts_.dead_letters.forget();
}

} // namespace hubspool
