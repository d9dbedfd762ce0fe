#include "core/dispatch/answer_weigher.hpp"

#include "core/answers/response_mapper.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace hubspool {

namespace {

// The batch's row of the history, before its objects are ruled.
void describe(const flight& ended, const response_verdict& verdict, const api_response& response,
              wall_time now, batch_outcome& outcome) {
    outcome.lane = ended.lane;
    outcome.probe = ended.passed.probes();
    outcome.inputs = static_cast<std::uint32_t>(verdict.inputs.size());
    outcome.http_status = response.status;
    outcome.status = verdict.status;
    outcome.reason = verdict.reason;
    outcome.words = verdict.words;
    outcome.correlation_id = verdict.correlation_id;
    outcome.duration_ms = response.duration_ms;
    outcome.queue_wait_ms = ended.waited.count();
    outcome.finished = now;
}

// A balancer may keep the connection at the one server of several that is broken: whoever is asked
// alone is asked over a new one the next time.
bool wants_another_server(const response_verdict& verdict, const flight& ended) {
    return verdict.outage && ended.alone;
}

} // namespace

response_effect answer_weigher::weigh(std::uint64_t batch, const api_response& response,
                                      const moment& now) {
    // Taken out first: from here on nothing counts it as under way, and what follows may ask for
    // the next.
    const flight ended = parts_.flights.end(batch);
    // Judged before anything is changed: the objects must still be as they were sent.
    const response_verdict verdict = judge(ended, response, now);

    response_effect effect;
    effect.conclusive = !verdict.may_still_land;
    effect.close_connection = verdict.close_connection || wants_another_server(verdict, ended);
    const bool taken = response.status / 100 == 2;
    // Only whole batches that HubSpot took are a measure of how fast it answers; see
    // rate_limiter.hpp.
    effect.slot_release = parts_.gate.end(
        ended.passed, response.end, kind_of_batch(ended.full, ended.body_bytes, taken), now.boot);
    effect.outcome.batch = batch;
    describe(ended, verdict, response, now.wall, effect.outcome);

    // A control tells of charges first; what it tells of everybody follows.
    if (ended.control) controls_.weigh(ended, verdict, now.boot, effect.outcome);
    common_.apply(verdict, ended, response, now, effect);
    // Before the rulings: what may still land keeps its values, whatever becomes of it.
    note_landing(verdict, ended, now.boot);
    if (!ended.control)
        rulings_.apply(verdict, ended, now, effect);
    else if (verdict.may_still_land)
        controls_.hold(ended, now.boot);
    else
        controls_.release(ended, now.boot);
    return effect;
}

response_verdict answer_weigher::judge(const flight& ended, const api_response& response,
                                       const moment& now) {
    std::vector<sent_input> inputs;
    inputs.reserve(ended.objects.size() + 1);
    for (const object_index index : ended.objects) {
        // With the fields, so that the answer's echo can be held against what was sent.
        const pending_object& object = parts_.pending.at(index);
        inputs.push_back({object.id, &object.head().fields});
        object.head().bring_near(); // it comes while the answer is parsed
    }
    if (ended.control) inputs.push_back({ended.control->object_id, nullptr});
    response_verdict verdict = map_response(response, inputs, parts_.options.mapper, now.boot);
    // The connection was closed before a byte came: it says nothing of the inputs.
    if (verdict.resend) judge_stale(ended, verdict);
    return verdict;
}

// Twice in a row is no accident of an idle connection.
void answer_weigher::judge_stale(const flight& ended, response_verdict& verdict) {
    const bool again =
        std::any_of(ended.objects.begin(), ended.objects.end(),
                    [&](object_index index) { return parts_.pending.at(index).stale_once; });
    for (const object_index index : ended.objects) parts_.pending.at(index).stale_once = !again;
    if (!again) return;
    for (input_verdict& input : verdict.inputs) input.fate = input_fate::suspect;
    verdict.outage = verdict.doubtful = true;
}

void answer_weigher::note_landing(const response_verdict& verdict, const flight& ended,
                                  boot_time now) {
    for (const object_index index : ended.objects) {
        pending_object& object = parts_.pending.at(index);
        if (verdict.may_still_land) {
            // Frozen: the same values may go again, newer ones wait. The latest of several requests
            // counts, from its end: its last byte may have left only then.
            object.frozen = true;
            object.lands_until = std::max(object.lands_until, now + parts_.options.late);
        } else {
            // A conclusive answer. But an earlier request of the object may still be on its way.
            object.stale_once = false;
            object.frozen = object.frozen && object.lands_until > now;
        }
    }
}

} // namespace hubspool
