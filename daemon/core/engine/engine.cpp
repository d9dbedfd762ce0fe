#include "core/engine/engine.hpp"

#include "core/answers/answer_text.hpp"
#include "core/words/object_hash.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
// So long nothing goes when a request could not be noted: the disk may have room again.
constexpr milliseconds not_noted_retry{1000};
} // namespace

engine::engine(engine_options options, std::uint64_t last_batch)
    : parts_(std::move(options), last_batch) {
    mode_.holding = parts_.options.drain;
}

void engine::handle(event::any happened, const moment& now) {
    const bool is_news = !std::holds_alternative<event::outcome_stored>(happened) &&
                         !std::holds_alternative<event::day_count_stored>(happened);
    count_changes_ = count_changes_ || is_news;
    std::visit([&](auto& one) { on(one, now); }, happened);
    // Outcomes that are not durable are bounded: when the disk stands still, sending does.
    parts_.gate.set(closure::outcomes, parts_.uncommitted.full());
}

action::any engine::next(const moment& now, bool connection_ready) {
    if (!due_.empty()) {
        action::any first = std::move(due_.front());
        due_.pop_front();
        return first;
    }
    if (parts_.parks.changes() != announced_changes_) return announce_parks();
    // Not after each send: asked for no sooner than it is needed, a kill costs less of the day.
    if (std::exchange(count_changes_, false))
        if (const auto count = count_to_persist()) return action::persist_day_count{*count};
    if (is_finished()) return action::finished{};
    return send_or_wait(now, connection_ready);
}

// What is sent.

action::any engine::send_or_wait(const moment& now, bool connection_ready) {
    while (true) {
        const boot_time check = credential_.due(now.boot);
        const gate_answer request = request_due(now.boot);
        const boot_time at = std::min(check, request.at);
        if (at > now.boot)
            return action::wait_until{at, at == boot_time::max() && at_rest(now.boot)};
        if (!connection_ready) {
            // One at a time: those that are open may be free again before it is there.
            if (connecting_) return action::wait_until{};
            connecting_ = true;
            return action::connect{};
        }
        if (check <= now.boot) {
            credential_.sent(now.boot);
            return action::ask_account{};
        }
        auto made = request.probe_only ? requests_.probe(now) : requests_.batch(mode_, now);
        if (made) return action::send_request{std::move(*made)};
        // What was due has turned out to be no request, and waits elsewhere now.
    }
}

gate_answer engine::request_due(boot_time now) {
    // First those whose backoff has ended become ready.
    parts_.planner.wake(now);
    if (empty()) return {};
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

bool engine::is_finished() const {
    return parts_.gate.is_closed(closure::stopping) && parts_.flights.count() == 0 &&
           !credential_.is_under_way();
}

void engine::on(const event::connection_made&, const moment&) {
    connecting_ = false;
}

void engine::on(const event::connection_failed& failed, const moment& now) {
    connecting_ = false;
    if (parts_.gate.is_closed(closure::stopping)) return; // nobody waits for it
    // A proxy's words, or a stranger's certificate's, may be any bytes.
    parts_.gate.failed(now, clean_text(failed.why, words_bytes_max));
    due_.emplace_back(action::log_warning{std::nullopt, "no connection: " + failed.why});
}

// After a crash nobody would know of it, so it must not go out; and nobody is blamed.
void engine::on(const event::not_noted& failed, const moment& now) {
    if (failed.batch == 0)
        credential_.take_back(now.boot);
    else
        requests_.take_back(failed.batch, now.boot);
    parts_.hold.extend(now.boot + not_noted_retry, hold_cause::not_noted);
}

// What answers come to.

void engine::on(const event::answer_came& came, const moment& now) {
    response_effect effect = answers_.weigh(came.batch, came.response, now);
    parks_confirmed_ = parks_confirmed_ || effect.parked;
    // The slot first: until its end is noted, the request counts.
    due_.emplace_back(action::end_request{came.batch, effect.slot_release, effect.conclusive,
                                          effect.close_connection});
    for (std::string& note : effect.notes)
        due_.emplace_back(action::log_warning{came.batch, std::move(note)});
    due_.emplace_back(action::persist_outcome{std::move(effect.outcome)});
}

void engine::on(const event::account_answered& came, const moment& now) {
    account_effect effect = credential_.weigh(came.response, now);
    parks_confirmed_ = parks_confirmed_ || effect.parked;
    due_.emplace_back(action::end_request{0, effect.slot_release, true, false});
    due_.emplace_back(action::judge_credential{std::move(effect)});
}

void engine::on(const event::outcome_stored& stored, const moment& now) {
    const std::vector<object_index> objects = parts_.uncommitted.take(stored.batch);
    parts_.landings.tidy(now.boot);
    // Their memory is far apart; asked for at once, the waits overlap.
    parts_.pending.bring_near(objects);
    for (const object_index index : objects) {
        pending_object& object = parts_.pending.at(index);
        // What was settled says nothing against what comes next.
        parts_.blame.set_mates(object, mates_max);
        // What of it may still land outlives the object: its next record must wait for that too.
        if (object.changes.size() == 1 && object.lands_until > now.boot)
            parts_.landings.hold(object_id_hash(object.id), object.lands_until);
        // What collected behind it has its turn now.
        if (parts_.pending.drop_head(index)) continue;
        parts_.planner.place(index, now.boot);
    }
}

// What is read.

void engine::on(event::run_before& left, const moment& now) {
    parts_.gate.set(closure::frontier, true);
    parts_.planner.raise_frontier(left.frontier, now.boot);
    for (auto& [number, settled] : left.files) intake_.restore(number, std::move(settled));
    for (const auto& [release, count] : left.slots) parts_.slots.window().restore(release, count);
    for (std::uint32_t i = 0; i < left.unanswered; ++i)
        parts_.slots.window().restore_unanswered(now.boot);
    for (const auto& [id_hash, until] : left.may_land) parts_.landings.hold(id_hash, until);
    if (left.hold_all_until) parts_.hold.extend(*left.hold_all_until, hold_cause::restart);
    for (const auto& [before, last] : left.charges) parts_.blame.restore(before, last);
    if (left.paused) on(event::pause_wanted{}, now);
    for (park& p : left.parks) parts_.parks.restore(std::move(p));
    if (!left.requests_today) return;
    parts_.slots.day().restore(*left.requests_today, now.wall);
    // The day may have been spent by the run before.
    parts_.gate.park_when_spent(now);
}

void engine::on(const event::records_read& read, const moment& now) {
    // Its dead letters have no batch.
    if (auto dead = intake_.accept(read.block, now))
        due_.emplace_back(action::persist_outcome{std::move(*dead)});
}

void engine::on(const event::file_ended& ended, const moment&) {
    intake_.forget(ended.file);
}

void engine::on(const event::reading_changed& changed, const moment&) {
    mode_.reading = changed.reading;
}

void engine::on(const event::frontier_passed&, const moment& now) {
    parts_.gate.set(closure::frontier, false);
    // What shares a field becomes one change: the run before may have delivered the second of two
    // such changes, and the first is older.
    parts_.pending.join_sharing([&](object_index index) { parts_.planner.place(index, now.boot); });
}

void engine::on(const event::everything_read&, const moment&) {
    mode_.reading = false;
    // A batch that is not full waits for nothing any more.
    mode_.holding = false;
    mode_.flushing = true;
}

void engine::on(const event::files_open_changed& changed, const moment&) {
    file_bytes_ = changed.bytes;
}

void engine::on(const event::frontier_stored& stored, const moment& now) {
    parts_.planner.raise_frontier(stored.upto, now.boot);
}

// Places of objects that went may stay beside others that did not. What is much of that counts, so
// that memory keeps its limit; but never so much that nothing else has room. (They come to
// less than three quarters: the smallest object has half as many bytes beside its place. Only the
// recovery of a lost database, which reads beyond the limit, leaves more.)
std::size_t engine::held_bytes() const {
    constexpr std::size_t kept_idle = 16U << 20;
    const std::size_t idle = parts_.pending.idle_object_bytes();
    const std::size_t beyond = idle > kept_idle ? idle - kept_idle : 0;
    const std::size_t most = parts_.options.pending_bytes_max / 4 * 3;
    return parts_.pending.bytes() + std::min(beyond, most) + file_bytes_;
}

// Asked at any time, also while nothing may go: the end of a drain depends on it.
bool engine::under_pressure() const {
    return held_bytes() >= parts_.options.pending_bytes_max / 4 * 3;
}

// Limits, people, and the credential.

void engine::on(const event::day_told& told, const moment& now) {
    parts_.slots.day().set_day(told.day, now);
}

void engine::on(const event::day_count_stored& stored, const moment&) {
    parts_.slots.day().durable(stored.count);
}

std::optional<day_count> engine::count_to_persist() {
    // A program that crashes at each start, before it can send, must not count the day away.
    const bool may_send = !parts_.gate.is_closed(closure::frontier) && !empty();
    if (!credential_.may_come_due() && !may_send) return std::nullopt;
    return parts_.slots.day().wanted();
}

void engine::on(const event::operators_asked&, const moment&) {
    parts_.gate.set(closure::operators, true);
}

void engine::on(const event::operators_known&, const moment&) {
    parts_.gate.set(closure::operators, false);
}

void engine::on(const event::pause_wanted&, const moment& now) {
    parts_.parks.add(
        {park_reason::paused, "sending was paused by an operator; `hubspool resume` ends it", {}},
        now);
}

void engine::on(const event::resume_wanted&, const moment& now) {
    // With several connections at once, what parked may come back at once.
    if (parts_.parks.any()) parts_.breaker.start_gently();
    parts_.parks.end(park_reason::paused);
    if (parts_.parks.has(park_reason::suspect_data)) {
        // The operator says that the reason has gone; the counts begin anew.
        parts_.parks.end(park_reason::suspect_data);
        parts_.dead_letters.forget();
    }
    on(event::ask_again_wanted{}, now);
}

void engine::on(const event::ask_again_wanted&, const moment& now) {
    parts_.gate.ask_again(now.boot);
    credential_.ask_sooner(now.boot);
}

void engine::on(const event::stop_wanted&, const moment&) {
    parts_.gate.set(closure::stopping, true);
}

void engine::on(const event::credential_missing&, const moment&) {
    credential_.missing();
}

void engine::on(const event::credential_offered& offered, const moment& now) {
    credential_.prove(offered.first, offered.told_portal, now.boot);
}

// It may do what the one before could not.
void engine::on(const event::credential_adopted&, const moment& now) {
    parts_.parks.probe_credential(now.boot);
    parts_.breaker.forget();
}

void engine::on(const event::token_not_had& token, const moment& now) {
    parts_.gate.failed(now, clean_text(token.why, words_bytes_max));
}

void engine::on(const event::credential_refused& refused, const moment& now) {
    credential_.park(refused.park, now);
    parks_confirmed_ = true;
}

action::any engine::announce_parks() {
    announced_changes_ = parts_.parks.changes();
    action::persist_parks told{std::exchange(announced_, parts_.parks.all()), {}};
    told.now = announced_;
    return told;
}

// What it tells of itself.

bool engine::at_rest(boot_time now) const {
    return empty() && idle() && due_.empty() && !mode_.reading &&
           !parts_.gate.is_closed(closure::frontier) && !parts_.gate.is_closed(closure::stopping) &&
           !parts_.parks.any() && credential_.is_proved() && !credential_.is_wanted() &&
           parts_.hold.until() <= now && parts_.slots.window().at_rest(now);
}

bool engine::stuck_without_control() const {
    const auto objects = static_cast<std::int64_t>(parts_.pending.objects());
    if (objects == 0 || !idle() || parts_.planner.suspects_open() < objects) return false;
    // Only when nothing else is left: any other object may serve as control.
    bool stuck = true;
    parts_.pending.for_each([&](object_index, const pending_object& object) {
        stuck = stuck && parts_.blame.is_in_vain(object);
    });
    return stuck;
}

engine_status engine::status(boot_time now) const {
    engine_status s = status_of(parts_, now);
    s.credential = credential_.state();
    s.reading_first = mode_.holding && !under_pressure();
    return s;
}

} // namespace hubspool
