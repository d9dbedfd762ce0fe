// Telling a record's fault from an outage: probes, controls, and what doubtful answers come to.
#include "core/engine/dispatcher.hpp"
#include "core/sending/backoff.hpp"
#include "core/sending/batch_json.hpp"
#include "core/words/object_hash.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
// Without a control, so many objects in a row must fail alone before the set-up is found wrong.
constexpr std::uint32_t probes_that_tell = 3;
} // namespace

std::optional<outgoing_request> dispatcher::begin_probe(const moment& now) {
    if (!parks_.any()) {
        if (auto control = begin_control(now)) return control;
    }
    std::vector<object_index> prefer;
    for (const std::string& id : suspects_) {
        object_index index = 0;
        if (pending_.find(id, index)) prefer.push_back(index);
    }
    object_index probe = 0;
    if (!planner_.take_probe(now.boot, prefer, probe)) {
        // Nothing can be asked now: every object may still land. Look again in a while.
        hold_all(now.boot + std::chrono::seconds(1), hold_cause::may_land);
        return std::nullopt;
    }
    // What fails alone whatever is the case tells nothing of a park.
    if (!parks_.has(park_reason::suspect_data) && blame_.is_isolated(pending_.at(probe))) {
        if (auto control = begin_control(now)) {
            planner_.place(probe, now.boot);
            return control;
        }
    }
    if (breaker_.state() == breaker_state::open) breaker_.probe_sent();
    probe_in_flight_ = true;
    if (!suspects_.empty()) std::rotate(suspects_.begin(), suspects_.begin() + 1, suspects_.end());
    // After a restart the suspects are not known any more: then any object stands for them.
    const bool of_a_suspect =
        suspects_.empty() || std::find(prefer.begin(), prefer.end(), probe) != prefer.end();
    blame_.recall(pending_.at(probe));
    outgoing_request request = assemble({probe}, true, now);
    in_flight_.at(request.batch).of_a_suspect = of_a_suspect;
    return request;
}

std::optional<outgoing_request> dispatcher::begin_control(const moment& now) {
    if (control_in_flight_) return std::nullopt;
    const control_input* const control = blame_.control(now.boot);
    if (control == nullptr) return std::nullopt;
    flight f;
    f.control = *control;
    f.sent = now.boot;
    f.alone = true;
    f.probe = parks_.any();
    f.breaker_probe = !f.probe && breaker_.state() != breaker_state::closed;
    f.in = lane::live;
    if (breaker_.state() == breaker_state::open) breaker_.probe_sent();
    if (f.probe || f.breaker_probe) probe_in_flight_ = true;
    control_in_flight_ = true;

    outgoing_request request;
    request.batch = ++last_batch_;
    request.body.append(body_begin).append(control->json).append(body_end);
    count_sent(f, request);
    hold_control(f);
    const flight& sent = in_flight_.emplace(request.batch, std::move(f)).first->second;
    request.object_ids.push_back(sent.control->object_id);
    return request;
}

// At most one request names an object: a change that comes meanwhile waits.
void dispatcher::hold_control(const flight& f) {
    hold_object(object_id_hash(f.control->object_id), f.sent + options_.late);
}

void dispatcher::release_control(const flight& f, boot_time now) {
    control_in_flight_ = false;
    held_objects_.erase(object_id_hash(f.control->object_id));
    object_index index = 0;
    if (!pending_.find(f.control->object_id, index)) return;
    pending_.at(index).lands_until = {};
    planner_.place(index, now);
}

void dispatcher::weigh_control(const flight& f, const response_verdict& v, batch_outcome& outcome) {
    control_in_flight_ = false;
    const input_fate fate = v.inputs.front().fate;
    outcome.probe = true;
    if (fate == input_fate::delivered && !v.may_still_land) {
        ++outcome.delivered;
        blame_.control_passed();
        return;
    }
    ++outcome.retried;
    if (v.doubtful) blame_.control_failed();
    // It may have landed late, or HubSpot does not take it any more.
    if (fate != input_fate::again) blame_.drop_control(f.control->object_id);
}

void dispatcher::weigh_doubt(const response_verdict& v, const flight& f, const moment& now,
                             response_effect& effect) {
    if (!f.probe && !f.breaker_probe && !f.control) {
        breaker_.doubted(now, v.words);
        if (!v.hold) return;
        // It may be meant for this request alone: asked, if there is anything to ask with.
        const bool can_ask = blame_.control(now.boot) != nullptr || planner_.has_fresh();
        return can_ask ? breaker_.doubt() : hold_all(now.boot + *v.hold, hold_cause::retry_after);
    }
    const bool by_suspect = !f.control && blame::is_isolated(pending_.at(f.objects.front()));
    breaker_.doubt();
    breaker_.failed(now, v.words, by_suspect);
    if (v.hold) hold_all(now.boot + *v.hold, hold_cause::retry_after);
    const bool common = f.control || f.probe || breaker_.probes() >= probes_that_tell;
    if (!v.park_if_common || !common) return;
    add_park(*v.park_if_common, now);
    effect.parks_changed = effect.parked = true;
}

// Where nothing was sent, no object waits by itself: the destination is left alone instead.
void dispatcher::weigh_outage(const response_verdict& v, const moment& now) {
    breaker_.failed(now, v.words);
    if (breaker_.state() == breaker_state::closed)
        hold_all(now.boot + backoff_delay(options_.retry_initial, options_.retry_max,
                                          breaker_.failures_in_a_row(), now.jitter));
}

} // namespace hubspool
