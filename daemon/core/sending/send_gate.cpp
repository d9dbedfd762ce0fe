#include "core/sending/send_gate.hpp"

#include "core/sending/backoff.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace hubspool {

gate_answer send_gate::ask(boot_time now, const gate_facts& facts) {
    // Any one of the closures shuts the gate.
    const bool shut = std::find(closed_.begin(), closed_.end(), true) != closed_.end();
    // A probe would write into the wrong portal: the account check is what asks there.
    if (shut || is_spent() || parks_.has(park_reason::wrong_portal)) return {};
    // After an outage few at a time.
    if (facts.in_flight >= breaker_.allowed()) return {};

    gate_answer answer{std::max({now, hold_.until(), slots_.ready_at(now)}), false};
    answer.probe_only = parks_.any() || breaker_.state() != breaker_state::closed;
    if (!answer.probe_only) return answer;
    // One probe at a time: its answer decides for all.
    if (probe_under_way_) return {};
    if (parks_.any()) answer.at = std::max(answer.at, parks_.probe_at());
    // Only objects that fail alone spoke of an outage: any other may ask without waiting.
    const bool asks_at_once = breaker_.unsure() && facts.fresh_ready;
    if (breaker_.state() == breaker_state::open && !asks_at_once)
        answer.at = std::max(answer.at, breaker_.probe_at());
    return answer;
}

boot_time send_gate::account_check_at(boot_time wanted, boot_time now) {
    // Frontier, credential and outcomes do not matter: the check carries no record.
    const bool shut = is_closed(closure::stopping) || is_closed(closure::operators) || is_spent();
    // With a probe on its way, HubSpot's answer to that is waited for.
    if (shut || probe_under_way_ || wanted == boot_time::max()) return boot_time::max();
    boot_time at = std::max({now, wanted, hold_.until(), slots_.ready_at(now)});
    if (breaker_.state() == breaker_state::open) at = std::max(at, breaker_.probe_at());
    // What these wait for, no credential brings.
    for (const park_reason reason : {park_reason::quota, park_reason::migration})
        if (parks_.has(reason)) at = std::max(at, parks_.probe_at(reason));
    return at;
}

send_gate::passage send_gate::pass(boot_time now) {
    return take(now, parks_.any());
}

// It may go beside parks, and ends some of them by a rule of its own.
send_gate::passage send_gate::pass_account_check(boot_time now) {
    return take(now, false);
}

send_gate::passage send_gate::take(boot_time now, bool asks_parks) {
    passage passed{slots_.take(now), asks_parks, false};
    // Under a park the breaker's rule does not count: the park's probe asks for both.
    passed.asks_breaker = !asks_parks && breaker_.state() != breaker_state::closed;
    breaker_.probe_sent();
    ++passed_;
    if (passed.probes()) probe_under_way_ = true;
    return passed;
}

void send_gate::turn_back(const passage& passed, boot_time now) {
    // As if it had not been taken.
    slots_.give_back(now);
    --passed_;
    if (passed.probes()) probe_under_way_ = false;
}

boot_time send_gate::end(const passage& passed, exchange_end end, exchange_kind kind,
                         boot_time now) {
    if (passed.probes()) probe_under_way_ = false;
    return slots_.end(passed.slot, end, kind, now);
}

void send_gate::park(park_request wanted, const moment& now) {
    // HubSpot's day may not have begun yet, when its clock is behind ours.
    if (wanted.reason == park_reason::quota && slots_.day().just_begun(now.boot))
        wanted.until.reset();
    parks_.add(wanted, now);
}

bool send_gate::park_when_spent(const moment& now) {
    const std::optional<std::string> why = slots_.day().spent();
    if (!why) return false;
    const boot_time again = slots_.day().asked_again_at();
    // Already parked: the later time counts.
    if (parks_.has(park_reason::quota)) {
        if (parks_.probe_at(park_reason::quota) >= again) return false;
        parks_.wait_until(park_reason::quota, again);
        return true;
    }
    parks_.add({park_reason::quota,
                *why + ". Sending goes on when the day is over, at midnight in "
                       "rate_limit.time_zone",
                again},
               now);
    return true;
}

void send_gate::failed(const moment& now, const std::string& why) {
    breaker_.failed(now, why);
    if (breaker_.state() != breaker_state::closed) return; // it knows when to ask
    // Still closed: each failure waits a little longer.
    hold_.extend(now.boot + backoff_delay(options_.retry_initial, options_.retry_max,
                                          breaker_.streak().length(), now.jitter),
                 hold_cause::backoff);
}

void send_gate::ask_again(boot_time now) {
    parks_.probe_now(now);
    hold_.lift();
    // No word of an operator brings requests back that are spent.
    if (slots_.day().spent()) parks_.wait_until(park_reason::quota, slots_.day().asked_again_at());
    breaker_.forget();
}

} // namespace hubspool
