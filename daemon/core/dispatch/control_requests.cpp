#include "core/dispatch/control_requests.hpp"

#include "core/sending/batch_json.hpp"
#include "core/words/object_hash.hpp"

#include <utility>

namespace hubspool {

std::optional<outgoing_request> control_requests::begin(boot_time now) {
    // One at a time: it answers for all suspects.
    if (under_way_) return std::nullopt;
    const control_input* const control = parts_.blame.controls().find(parts_.pending, now);
    if (control == nullptr) return std::nullopt;
    under_way_ = true;

    outgoing_request request;
    request.batch = parts_.flights.next_batch();
    request.body.append(body_begin).append(control->json).append(body_end);
    flight begun;
    begun.control = *control;
    begun.alone = true;
    begun.body_bytes = request.body.size();
    begun.passed = parts_.gate.pass(now);
    // At most one request names an object: a change that comes meanwhile waits.
    parts_.landings.hold(object_id_hash(control->object_id), now + parts_.options.late);
    const flight& sent = parts_.flights.begin(request.batch, std::move(begun));
    request.object_ids.push_back(sent.control->object_id);
    return request;
}

void control_requests::weigh(const flight& ended, const response_verdict& verdict, boot_time now,
                             batch_outcome& outcome) {
    under_way_ = false;
    const input_fate fate = verdict.inputs.front().fate;
    // For the history: it was no delivery of anything new.
    outcome.probe = true;
    // Only a delivery for certain tells that the destination works.
    if (fate == input_fate::delivered && !verdict.may_still_land) {
        ++outcome.delivered;
        parts_.blame.control_passed();
        parts_.blame.controls().renew(ended.control->object_id, now);
        return;
    }
    ++outcome.retried;
    // Charges of before are taken back: it was an outage.
    if (verdict.doubtful) parts_.blame.control_failed();
    // HubSpot does not take it any more; or it may still land, and whatever came of a second
    // sending would end the hold of the first.
    if (verdict.may_still_land || fate != input_fate::again)
        parts_.blame.controls().drop(ended.control->object_id);
}

void control_requests::hold(const flight& ended, boot_time now) {
    const boot_time until = now + parts_.options.late;
    parts_.landings.hold(object_id_hash(ended.control->object_id), until);
    object_index index = 0;
    if (!parts_.pending.find(ended.control->object_id, index)) return;
    // What came meanwhile knows only when the control was sent.
    parts_.pending.at(index).lands_until = until;
    parts_.planner.place(index, now);
}

void control_requests::release(const flight& ended, boot_time now) {
    under_way_ = false;
    parts_.landings.release(object_id_hash(ended.control->object_id));
    object_index index = 0;
    if (!parts_.pending.find(ended.control->object_id, index)) return;
    // What waited for the control's answer may go now.
    parts_.pending.at(index).lands_until = {};
    parts_.planner.place(index, now);
}

} // namespace hubspool
