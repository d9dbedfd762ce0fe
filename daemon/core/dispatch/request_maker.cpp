#include "core/dispatch/request_maker.hpp"

#include "core/sending/batch_json.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hubspool {

std::optional<outgoing_request> request_maker::batch(planner_mode mode, const moment& now) {
    batch_planner& planner = parts_.planner;
    std::vector<object_index> batch = planner.take(now.boot, mode);
    if (batch.empty()) return std::nullopt;
    if (batch.size() == 1 && parts_.blame.lacks_control(parts_.pending.at(batch.front()))) {
        // Fresh ones are as good a control as any, and cost nothing.
        mode.suspects_wait = true;
        if (planner.due_at(now.boot, mode) <= now.boot) {
            // The suspect goes back, and goes after them.
            planner.place(std::exchange(batch, planner.take(now.boot, mode)).front(), now.boot);
        } else if (auto control = controls_.begin(now.boot)) {
            planner.place(batch.front(), now.boot);
            return control;
        }
    }
    // What was charged with something before a restart goes alone.
    std::vector<object_index> apart;
    std::erase_if(batch, [&](object_index index) {
        const bool recalled = parts_.blame.recall(parts_.pending.at(index));
        if (recalled) apart.push_back(index);
        return recalled;
    });
    // One of them goes now; the rest goes back.
    if (batch.empty() && !apart.empty()) {
        batch.push_back(apart.back());
        apart.pop_back();
    }
    for (const object_index index : apart) planner.place(index, now.boot);
    if (batch.empty()) return std::nullopt;
    return assemble(std::move(batch), false, now);
}

std::optional<outgoing_request> request_maker::probe(const moment& now) {
    // Without a park an old delivery asks as well as a new change, and harms nothing.
    if (!parts_.parks.any()) {
        if (auto control = controls_.begin(now.boot)) return control;
    }
    // Under suspect_data the suspects themselves are asked: they alone tell whether the reason has
    // gone.
    const std::vector<object_index> suspects = pending_suspects();
    object_index probe = 0;
    if (!parts_.planner.take_probe(now, suspects, probe)) {
        // Nothing can be asked now: every object may still land. Look again in a while.
        parts_.hold.extend(now.boot + std::chrono::seconds(1), hold_cause::may_land);
        return std::nullopt;
    }
    // What fails alone whatever is the case tells nothing of a park.
    if (!parts_.parks.has(park_reason::suspect_data) &&
        blame::is_isolated(parts_.pending.at(probe))) {
        if (auto control = controls_.begin(now.boot)) {
            parts_.planner.place(probe, now.boot);
            return control;
        }
    }
    // After a restart the suspects are not known any more: then any object stands for them.
    const bool of_a_suspect = parts_.dead_letters.suspects().empty() ||
                              std::find(suspects.begin(), suspects.end(), probe) != suspects.end();
    // Even when this one fails again, the next probe asks with another.
    parts_.dead_letters.next_suspect();
    // What it was charged with before a restart comes back first.
    parts_.blame.recall(parts_.pending.at(probe));
    return assemble({probe}, of_a_suspect, now);
}

std::vector<object_index> request_maker::pending_suspects() const {
    std::vector<object_index> found;
    for (const std::string& id : parts_.dead_letters.suspects()) {
        object_index index = 0;
        if (parts_.pending.find(id, index)) found.push_back(index);
    }
    return found;
}

outgoing_request request_maker::assemble(std::vector<object_index> batch, bool of_a_suspect,
                                         const moment& now) {
    outgoing_request request;
    request.batch = parts_.flights.next_batch();
    // One allocation: the sizes are known beforehand.
    std::size_t bytes = body_begin.size() + body_end.size();
    for (const object_index index : batch) {
        const pending_object& object = parts_.pending.at(index);
        object.head().bring_near(); // what merging has scattered; the waits overlap
        bytes += input_bytes_max(object.id, object.head().fields);
    }
    request.body.reserve(bytes);
    request.body.append(body_begin);
    request.object_ids.reserve(batch.size());

    flight begun;
    begun.of_a_suspect = of_a_suspect;
    // A batch is of one cap, so the first speaks for all.
    begun.fresh = parts_.pending.at(batch.front()).batch_cap == batch_cap_max;
    begun.alone = batch.size() == 1;
    begun.full = batch.size() >= parts_.planner.inputs_max();
    begun.lane = lane::bulk;
    for (const object_index index : batch) {
        pending_object& object = parts_.pending.at(index);
        if (request.body.size() > body_begin.size()) request.body.push_back(',');
        append_input(request.body, object.id, object.head().fields);
        request.object_ids.push_back(object.id);
        // For the brake: objects are counted near each other in the order of first sending.
        if (object.first_sent == 0) object.first_sent = parts_.dead_letters.place_of(object.id);
        ++object.tries;
        object.phase = object_phase::in_flight;
        if (object.head().by.live) begun.lane = lane::live;
        begun.waited = std::max(begun.waited, now.boot - object.head().since);
    }
    request.body.append(body_end);
    begun.objects = std::move(batch);
    begun.body_bytes = request.body.size();
    // The slot is taken last, when nothing can fail any more.
    if (begun.fresh && !parts_.pending.at(begun.objects.front()).head().by.live)
        parts_.bulk_share.sent(now.boot);
    begun.passed = parts_.gate.pass(now.boot);
    parts_.flights.begin(request.batch, std::move(begun));
    return request;
}

void request_maker::take_back(std::uint64_t batch, boot_time now) {
    const flight ended = parts_.flights.end(batch);
    parts_.gate.turn_back(ended.passed, now);
    if (ended.control) controls_.release(ended, now);
    for (const object_index index : ended.objects) {
        // As if it had never been taken: nobody is blamed.
        parts_.pending.at(index).phase = object_phase::waiting;
        parts_.planner.place(index, now);
    }
}

} // namespace hubspool
