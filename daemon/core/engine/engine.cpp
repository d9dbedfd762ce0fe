#include "core/engine/engine.hpp"

#include "core/answers/answer_text.hpp"
#include "core/engine/arrivals.hpp"
#include "core/engine/drain_facts.hpp"
#include "core/engine/run_taken_up.hpp"
#include "core/pending/change_joins.hpp"
#include "core/words/object_hash.hpp"

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
// So long nothing goes when a request could not be noted: the disk may have room again.
constexpr milliseconds not_noted_retry{1000};
} // namespace

engine::engine(engine_options options, const run_start& from)
    : parts_(std::move(options), from.last_batch),
      rules_(from, parts_.options.drain, parts_.gate, due_) {
    mode_.holding = parts_.options.drain;
}

action::any engine::next(const moment& now, bool connection_ready) {
    if (tally_.is_closed()) return finish(now);
    if (due_.empty() && now.boot >= rules_.tick_at()) tick(now);
    if (!due_.empty()) {
        action::any first = std::move(due_.front());
        due_.pop_front();
        return first;
    }
    if (parts_.parks.changes() != announced_.changes) return announce_parks();
    if (const auto count = counts_.wanted(may_send())) return action::persist_day_count{*count};
    // The ledger is a portal's. And what a drain still reads may join what would be looked up.
    const bool early = mode_.holding && !memory_.is_under_pressure();
    if (auto ids = intake_.lookups().ask(early || !credential_.is_proved(), now.boot); !ids.empty())
        return action::look_up{std::move(ids)};
    // After what a tick has looked at is known.
    if (rules_.is_status_due())
        if (daemon_status told = report(now); rules_.publishes(told, now.boot))
            return action::publish_status{std::move(told)};
    if (has_ended()) return finish(now);
    return send_or_wait(now, connection_ready);
}

// What is sent.

action::any engine::send_or_wait(const moment& now, bool connection_ready) {
    while (true) {
        const boot_time check = credential_.due(now.boot);
        const gate_answer request = request_due(now.boot);
        const boot_time at = std::min(check, request.at);
        if (at > now.boot) return action::wait_until{std::min(at, rules_.tick_at())};
        if (!connection_ready) {
            // One at a time: those that are open may be free again before it is there.
            if (connecting_) return action::wait_until{rules_.tick_at()};
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
    mode_.pressure = memory_.is_under_pressure();
    if (answer.probe_only) {
        // A drain that holds everything until all is read sends no probe either.
        if (mode_.holding && !mode_.pressure) answer.at = boot_time::max();
        return answer;
    }
    mode_.suspects_wait = controls_.under_way();
    mode_.fresh_in_flight = parts_.flights.any_fresh();
    mode_.bulk_from = parts_.slots.evenly_at();
    mode_.company_until = intake_.lookups().company_until();
    answer.at = std::max(answer.at, parts_.planner.due_at(now, mode_));
    return answer;
}

// An account check, or a batch.
bool engine::may_send() const {
    return credential_.may_come_due() || (!parts_.gate.is_closed(closure::frontier) && !empty());
}

action::any engine::finish(const moment& now) {
    if (tally_.is_closed())
        return action::finished{rules_.conclude(tally_.sums()), tally_.totals(), report(now)};
    if (const auto count = counts_.given_back()) return action::persist_day_count{*count};
    return action::close_books{};
}

template <>
void engine::on(event::connection_made&, const moment&) {
    connecting_ = false;
}

template <>
void engine::on(event::connection_failed& failed, const moment& now) {
    connecting_ = false;
    if (parts_.gate.is_closed(closure::stopping)) return; // nobody waits for it
    // A proxy's words, or a stranger's certificate's, may be any bytes.
    parts_.gate.failed(now, clean_text(failed.why, words_bytes_max));
    due_.emplace_back(action::log_warning{std::nullopt, "no connection: " + failed.why});
}

// After a crash nobody would know of it, so it must not go out; and nobody is blamed.
template <>
void engine::on(event::not_noted& failed, const moment& now) {
    if (failed.batch == 0)
        credential_.take_back(now.boot);
    else
        requests_.take_back(failed.batch, now.boot);
    parts_.hold.extend(now.boot + not_noted_retry, hold_cause::not_noted);
}

// What answers come to.

template <>
void engine::on(event::answer_came& came, const moment& now) {
    response_effect effect = answers_.weigh(came.batch, came.response, now);
    if (effect.parked) tally_.parked();
    // The slot first: until its end is noted, the request counts.
    due_.emplace_back(action::end_request{came.batch, effect.slot_release, effect.conclusive,
                                          effect.close_connection});
    for (std::string& note : effect.notes)
        due_.emplace_back(action::log_warning{came.batch, std::move(note)});
    persist(std::move(effect.outcome));
}

template <>
void engine::on(event::account_answered& came, const moment& now) {
    account_effect effect = credential_.weigh(came.response, now);
    if (effect.parked) tally_.parked();
    due_.emplace_back(action::end_request{0, effect.slot_release, true, false});
    due_.emplace_back(action::judge_credential{std::move(effect)});
}

template <>
void engine::on(event::outcome_stored& stored, const moment& now) {
    const std::vector<object_index> objects = parts_.uncommitted.take(stored.ticket);
    parts_.landings.tidy(now.boot);
    // Their memory is far apart; asked for at once, the waits overlap.
    parts_.pending.bring_near(objects);
    for (const object_index index : objects) {
        pending_object& object = parts_.pending.at(index);
        // What was settled says nothing against what comes next.
        parts_.blame.set_batch_cap(object, batch_cap_max);
        // What of it may still land outlives the object: its next record must wait for that too.
        if (object.changes.size() == 1 && object.lands_until > now.boot)
            parts_.landings.hold(object_id_hash(object.id), object.lands_until);
        // What collected behind it has its turn now.
        if (parts_.pending.drop_head(index)) continue;
        parts_.planner.place(index, now.boot);
    }
}

void engine::persist(batch_outcome outcome) {
    const std::size_t bytes = tally_.add(outcome);
    due_.emplace_back(action::persist_outcome{std::move(outcome), bytes});
}

template <>
void engine::on(event::looked_up& told, const moment& now) {
    if (auto settled = intake_.lookups().weigh(std::move(told.answer), now))
        persist(std::move(*settled));
}

// What is read from now on may be too late.
template <>
void engine::on(event::history_trimmed& trimmed, const moment&) {
    intake_.raise_horizon(trimmed.horizon);
}

template <>
void engine::on(event::commit_done& done, const moment& now) {
    tally_.became_durable(done.bytes);
    look_at_end(now);
}

// What is read.

template <>
void engine::on(event::run_before& left, const moment& now) {
    take_up(left, parts_, intake_, orders_, now);
}

template <>
void engine::on(event::records_read& read, const moment& now) {
    // Its dead letters have no batch.
    memory_.read(read.block.bytes());
    if (auto dead = intake_.accept(read.block, now)) persist(std::move(*dead));
}

template <>
void engine::on(event::file_ended& ended, const moment&) {
    intake_.forget(ended.file);
}

template <>
void engine::on(event::reading_changed& changed, const moment&) {
    mode_.reading = changed.reading;
    if (memory_.reading(changed.reading)) due_.emplace_back(action::give_back_memory{});
}

template <>
void engine::on(event::frontiers_passed&, const moment& now) {
    parts_.gate.set(closure::frontier, false);
    // What shares a field becomes one change: the run before may have delivered the second of two
    // such changes, and the first is older.
    change_joins(parts_.pending).join_sharing([&](object_index index) {
        parts_.planner.place(index, now.boot);
    });
}

template <>
void engine::on(event::everything_read& read, const moment& now) {
    rules_.read_everything(read.unclaimed);
    mode_.reading = false;
    // A batch that is not full waits for nothing any more.
    mode_.holding = false;
    mode_.flushing = true;
    look_at_end(now);
}

template <>
void engine::on(event::files_open_changed& changed, const moment&) {
    memory_.files_cost(changed.bytes, changed.settled_bytes);
}

template <>
void engine::on(event::frontiers_stored& stored, const moment& now) {
    parts_.planner.raise_frontiers(stored.upto, now.boot);
}

// Limits, people, and the credential.

template <>
void engine::on(event::day_told& told, const moment& now) {
    parts_.slots.day().set_day(told.day, now);
}

template <>
void engine::on(event::day_count_stored& stored, const moment&) {
    parts_.slots.day().durable(stored.count);
}

template <>
void engine::on(event::operators_read& read, const moment& now) {
    if (read.found) parts_.bulk_share.set(read.found->bulk_requests_max, read.found->bulk_held);
    const operator_rule::step wanted =
        rules_.heed(read.found, parts_.parks.has(park_reason::paused));
    if (wanted.resume) orders_.resume(now);
    if (wanted.pause) orders_.pause(now);
}

template <>
void engine::on(event::flush_wanted&, const moment& now) {
    orders_.flush(now.boot);
}

template <>
void engine::on(event::credential_missing&, const moment&) {
    credential_.missing();
}

template <>
void engine::on(event::credential_offered& offered, const moment& now) {
    credential_.prove(offered.first, offered.told_portal, now.boot);
}

// It may do what the one before could not.
template <>
void engine::on(event::credential_adopted&, const moment& now) {
    parts_.parks.probe_credential(now.boot);
    parts_.breaker.forget();
}

template <>
void engine::on(event::token_not_had& token, const moment& now) {
    parts_.gate.failed(now, clean_text(token.why, words_bytes_max));
}

template <>
void engine::on(event::credential_refused& refused, const moment& now) {
    credential_.park(refused.park, now);
    tally_.parked();
}

template <>
void engine::on(event::credential_watched& watched, const moment&) {
    rules_.credential_waits(watched.waits);
}

action::any engine::announce_parks() {
    announced_.changes = parts_.parks.changes();
    action::persist_parks told{std::exchange(announced_.parks, parts_.parks.all()), {}};
    told.now = announced_.parks;
    return told;
}

// How the run goes on, and ends.

template <>
void engine::on(event::run_begun&, const moment& now) {
    // What stood in the way last time may have gone.
    if (parts_.options.drain) orders_.ask_again(now.boot);
    rules_.begin(now.boot);
}

void engine::tick(const moment& now) {
    rules_.tick(at_rest(now.boot), tally_.undurable_bytes() > 0, now.boot, quota_reset());
    look_at_end(now);
}

template <>
void engine::on(event::stop_wanted&, const moment& now) {
    rules_.stop(facts(), now.boot);
}

template <>
void engine::on(event::failed& failed, const moment&) {
    rules_.fail(failed.why);
}

template <>
void engine::on(event::books_closed& closed, const moment&) {
    tally_.close(closed.files_rejected, closed.files_left);
}

drain_facts engine::facts() const {
    drain_facts known = facts_of(parts_, mode_.flushing);
    known.parks_confirmed = tally_.has_parked();
    known.may_send = memory_.is_under_pressure();
    // What the ledger settles is as much of a progress.
    known.delivered = tally_.delivered_inputs() + tally_.settled_by_ledger();
    return known;
}

bool engine::is_without_work() const {
    return empty() && is_idle(parts_) && !mode_.reading &&
           !parts_.gate.is_closed(closure::frontier) && !parts_.gate.is_closed(closure::stopping);
}

bool engine::at_rest(boot_time now) const {
    return is_without_work() && !parts_.parks.any() && credential_.is_proved() &&
           !credential_.is_wanted() && parts_.hold.until() <= now &&
           parts_.slots.window().allowance().at_rest(now);
}

engine_status engine::status(boot_time now) const {
    engine_status s = status_of(parts_, now);
    s.credential = credential_.state();
    s.reading_first = mode_.holding && !memory_.is_under_pressure();
    return s;
}

daemon_status engine::report(const moment& now) const {
    daemon_status told = make_daemon_status(status(now.boot), now.boot, now.wall);
    rules_.describe(told);
    told.run = tally_.figures(parts_.options.breaker.connections);
    return told;
}

template <>
void engine::on(event::others_wrote&, const moment&) {
}

template <>
void engine::on(event::operators_wrote&, const moment&) {
}

// Last, since it has to know all of the above.
void engine::handle(event::any happened, const moment& now) {
    if (!is_one_of<event::outcome_stored, event::day_count_stored>(happened)) counts_.changed();
    // Before it is heard: what matters is whether there was anything to do. A hold, or what other
    // clients use of the limit, gives nothing to do: then a pause may have come unseen, too.
    if (is_arrival(happened)) rules_.came(is_without_work() && !parts_.options.drain, now.boot);
    if (is_one_of<event::operators_wrote>(happened)) rules_.came(true, now.boot);
    // A look has brought these, so nothing is to be looked at first; but a rest ends.
    if (is_of_credential(happened)) rules_.came(false, now.boot);
    std::visit([&](auto& one) { on(one, now); }, happened);
    // Outcomes that are not durable are bounded: when the disk stands still, sending does.
    parts_.gate.set(closure::outcomes, parts_.uncommitted.full());
}

} // namespace hubspool
