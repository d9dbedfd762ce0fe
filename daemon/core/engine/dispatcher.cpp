#include "core/engine/dispatcher.hpp"

#include "core/answers/answer_text.hpp"
#include "core/words/object_hash.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

dispatcher::dispatcher(dispatcher_options options, std::uint64_t last_batch)
    : parts_(std::move(options), last_batch) {
    mode_.holding = parts_.options.drain;
}

// The run before may have delivered the second of two such changes, and the first is older.
void dispatcher::passed_frontier(boot_time now) {
    parts_.gate.set(closure::frontier, false);
    parts_.pending.join_sharing([&](object_index index) { parts_.planner.place(index, now); });
}

void dispatcher::read_everything() {
    mode_.reading = false;
    mode_.holding = false;
    // A batch that is not full waits for nothing any more.
    mode_.flushing = true;
}

boot_time dispatcher::next(boot_time now) {
    return std::min(credential_.due(now), request_due(now).at);
}

// Places of objects that went may stay beside others that did not. What is much of that counts, so
// that memory keeps its limit; but never so much that nothing else has room. (They come to
// less than three quarters: the smallest object has half as many bytes beside its place. Only the
// recovery of a lost database, which reads beyond the limit, leaves more.)
std::size_t dispatcher::held_bytes() const {
    constexpr std::size_t kept_idle = 16U << 20;
    const std::size_t idle = parts_.pending.idle_object_bytes();
    const std::size_t beyond = idle > kept_idle ? idle - kept_idle : 0;
    const std::size_t most = parts_.options.pending_bytes_max / 4 * 3;
    return parts_.pending.bytes() + std::min(beyond, most) + file_bytes_;
}

// Asked at any time, also while nothing may go: the end of a drain depends on it.
bool dispatcher::under_pressure() const {
    return held_bytes() >= parts_.options.pending_bytes_max / 4 * 3;
}

gate_answer dispatcher::request_due(boot_time now) {
    // First those whose backoff has ended become ready.
    parts_.planner.wake(now);
    if (parts_.pending.objects() == 0) return {};
    gate_answer answer = parts_.gate.ask(now, {parts_.flights.count(), parts_.planner.has_fresh()});
    if (answer.at == boot_time::max()) return answer;

    // Under pressure nothing is held back to fill batches: room is needed.
    mode_.pressure = under_pressure();
    if (answer.probe_only) {
        // A drain that holds everything until all is read sends no probe either.
        if (mode_.holding && !mode_.pressure) answer.at = boot_time::max();
        return answer;
    }
    mode_.suspects_wait = controls_.under_way();
    mode_.fresh_in_flight = parts_.flights.any_fresh();
    answer.at = std::max(answer.at, parts_.planner.due_at(now, mode_));
    return answer;
}

std::optional<outgoing_request> dispatcher::begin_request(const moment& now) {
    // Asked anew: since next() something may have come in between.
    const gate_answer answer = request_due(now.boot);
    if (answer.at > now.boot) return std::nullopt;
    return answer.probe_only ? requests_.probe(now) : requests_.batch(mode_, now);
}

response_effect dispatcher::on_response(std::uint64_t batch, const api_response& response,
                                        const moment& now) {
    response_effect effect = answers_.weigh(batch, response, now);
    // Outcomes that are not durable are bounded: when the disk stands still, sending does.
    parts_.gate.set(closure::outcomes, parts_.uncommitted.full());
    return effect;
}

void dispatcher::on_connect_failed(const std::string& why, const moment& now) {
    // A proxy's words, or a stranger's certificate's, may be any bytes.
    parts_.gate.failed(now, clean_text(why, words_bytes_max));
}

void dispatcher::on_committed(std::uint64_t batch, boot_time now) {
    const std::vector<object_index> objects = parts_.uncommitted.take(batch);
    // A commit may open the gate again.
    parts_.gate.set(closure::outcomes, parts_.uncommitted.full());
    parts_.landings.tidy(now);
    // Their memory is far apart; asked for at once, the waits overlap.
    parts_.pending.bring_near(objects);
    for (const object_index index : objects) {
        pending_object& object = parts_.pending.at(index);
        // A fresh start: what was settled says nothing against what comes next.
        parts_.blame.set_mates(object, mates_max);
        // What of it may still land outlives the object: its next record must wait for that too.
        if (object.changes.size() == 1 && object.lands_until > now)
            parts_.landings.hold(object_id_hash(object.id), object.lands_until);
        if (parts_.pending.drop_head(index)) continue;
        // What collected behind it has its turn now.
        parts_.planner.place(index, now);
    }
}

void dispatcher::pause(const moment& now) {
    parts_.parks.add(
        {park_reason::paused, "sending was paused by an operator; `hubspool resume` ends it", {}},
        now);
}

void dispatcher::restore_budget(day_count durable, const moment& now) {
    parts_.slots.day().restore(durable, now.wall);
    // The day may have been spent by the run before.
    parts_.gate.park_when_spent(now);
}

std::optional<day_count> dispatcher::budget_wanted() {
    // A program that crashes at each start, before it can send, must not count the day away.
    const bool may_send = !parts_.gate.is_closed(closure::frontier) && !empty();
    if (!credential_.may_come_due() && !may_send) return std::nullopt;
    return parts_.slots.day().wanted();
}

void dispatcher::ask_again(boot_time now) {
    parts_.gate.ask_again(now);
    credential_.ask_sooner(now);
}

void dispatcher::resume(boot_time now) {
    // With several connections at once, what parked may come back at once.
    if (parts_.parks.any()) parts_.breaker.start_gently();
    parts_.parks.end(park_reason::paused);
    if (parts_.parks.has(park_reason::suspect_data)) {
        parts_.parks.end(park_reason::suspect_data);
        // The operator says that the reason has gone; the counts begin anew.
        parts_.dead_letters.forget();
    }
    ask_again(now);
}

void dispatcher::credential_changed(boot_time now) {
    parts_.parks.probe_credential(now);
    parts_.breaker.forget();
}

bool dispatcher::at_rest(boot_time now) const {
    return empty() && idle() && !mode_.reading && !parts_.gate.is_closed(closure::frontier) &&
           !parts_.gate.is_closed(closure::stopping) && !parts_.parks.any() &&
           credential_.is_proved() && !credential_.is_wanted() && parts_.hold.until() <= now &&
           parts_.slots.window().at_rest(now);
}

bool dispatcher::stuck_without_control() const {
    const auto objects = static_cast<std::int64_t>(parts_.pending.objects());
    // Only when nothing else is left: any other object may serve as control.
    if (objects == 0 || !idle() || parts_.planner.suspects_open() < objects) return false;
    bool stuck = true;
    parts_.pending.for_each([&](object_index, const pending_object& object) {
        // One that was not tried in vain yet is worth waiting for.
        stuck = stuck && parts_.blame.is_in_vain(object);
    });
    return stuck;
}

dispatcher_status dispatcher::status(boot_time now) const {
    dispatcher_status s = status_of(parts_, now);
    s.credential = credential_.state();
    s.reading_first = mode_.holding && !under_pressure();
    return s;
}

} // namespace hubspool
