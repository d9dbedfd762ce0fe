// The credential: nothing is sent with one before HubSpot was asked whose account it opens.
#include "core/answers/judgement.hpp"
#include "core/answers/response_mapper.hpp"
#include "core/engine/dispatcher.hpp"
#include "core/json/json_lookup.hpp"
#include "core/sending/backoff.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {
// So often is the portal asked for in vain before sending begins without the answer.
constexpr std::uint32_t unanswered_max = 3;
} // namespace

void dispatcher::credential_missing() {
    portal_.lose();
}

void dispatcher::prove_credential(bool before_all_else, std::optional<std::uint64_t> told,
                                  boot_time now) {
    if (before_all_else || portal_.is() == portal_question::credential::missing)
        portal_.become(portal_question::credential::unproved);
    portal_.want(now, told);
    breaker_.forget();
}

boot_time dispatcher::question_due(boot_time now) {
    // With a probe on its way, HubSpot's answer to that is waited for.
    if (stopping_ || probe_in_flight_ || portal_.due() == boot_time::max()) return boot_time::max();
    boot_time at =
        std::max({now, portal_.due(), held_until_, limiter_.ready_at(now), budget_.ready_at(now)});
    if (breaker_.state() == breaker_state::open) at = std::max(at, breaker_.probe_at());
    // What these wait for, no credential brings.
    for (const park_reason reason : {park_reason::quota, park_reason::migration})
        if (parks_.has(reason)) at = std::max(at, parks_.probe_at(reason));
    return at;
}

void dispatcher::question_sent(boot_time now) {
    portal_.sent();
    question_ = {};
    question_.sent = now;
    question_.ticket = limiter_.sent();
    budget_.sent();
    question_.day_count = budget_.count().used;
    if (breaker_.state() == breaker_state::closed) return;
    breaker_.probe_sent();
    probe_in_flight_ = question_is_probe_ = true;
}

void dispatcher::question_cancelled(boot_time now) {
    portal_.answered();
    limiter_.cancelled(now);
    budget_.cancelled();
    if (std::exchange(question_is_probe_, false)) probe_in_flight_ = false;
}

portal_effect dispatcher::on_portal_answer(const api_response& r, const moment& now) {
    portal_effect effect;
    const bool counts = portal_.answered();
    if (std::exchange(question_is_probe_, false)) probe_in_flight_ = false;
    switch (r.end) {
    case exchange_end::answered:
        effect.slot_release =
            limiter_.answered(rate_limiter::kind::other, question_.sent, now.boot);
        break;
    case exchange_end::not_sent: effect.slot_release = limiter_.cancelled(now.boot); break;
    case exchange_end::unanswered:
    case exchange_end::stale: effect.slot_release = limiter_.unanswered(now.boot); break;
    }
    effect.account = read_account_details(r);
    const response_verdict v = judge_question(r, now.boot);
    learn_limits(v, question_, now);
    if (v.throttled) limiter_.throttled(now.boot);
    if (v.hold) hold_all(now.boot + *v.hold, hold_cause_of(r.status));
    if (!v.outage && !v.hold) breaker_.succeeded();
    if (!counts || r.credential_changed) return effect;

    const bool passes = v.park && (v.park->reason == park_reason::quota ||
                                   v.park->reason == park_reason::migration);
    if (effect.account) {
        weigh_portal(effect.account->portal_id, now, effect);
    } else if (passes) {
        park_question(*v.park, now, effect);
    } else if (v.outage || v.hold || v.retry_after_min) {
        ask_portal_again(v, now, effect);
    } else {
        weigh_unknown_portal(v, r, now, effect);
    }
    if (look_at_budget(now)) effect.parks_changed = true;
    return effect;
}

// As a batch's answer, but for what a success must hold.
response_verdict dispatcher::judge_question(const api_response& r, boot_time now) const {
    response_verdict v = map_response(r, {}, options_.mapper, now);
    // A stale connection has nothing to say of the credential either.
    if (v.resend) v.outage = true;
    // It carries no record that could be at fault.
    if (v.park_if_common) {
        v.park = v.park_if_common;
        v.outage = false;
    }
    if (r.end != exchange_end::answered || r.status < 200 || r.status > 299) return v;
    v.outage = !is_json_object(r.body); // a captive portal's page
    v.words = v.outage ? words_without_json(r) : "the answer does not name the portal";
    return v;
}

void dispatcher::ask_portal_again(const response_verdict& v, const moment& now,
                                  portal_effect& effect) {
    effect.words = v.words;
    ++portal_.failures;
    portal_.ask_at(now.boot + backoff_delay(options_.retry_initial, options_.retry_max,
                                            portal_.failures, now.jitter));
    // Where any portal is right, the question protects nothing: only its own path may be broken.
    if (options_.portal_id.empty() && portal_.failures >= unanswered_max &&
        portal_.is() == portal_question::credential::unproved) {
        portal_.become(portal_question::credential::proved);
        effect.proved = true;
    } else if (v.outage && portal_.is() != portal_question::credential::proved) {
        breaker_.failed(now, v.words);
    }
}

// The details cannot be had, and asking again will not help.
void dispatcher::weigh_unknown_portal(const response_verdict& v, const api_response& r,
                                      const moment& now, portal_effect& effect) {
    effect.words = v.park ? v.park->words : v.words;
    constexpr int unauthorized = 401;
    const bool accepted = r.status != unauthorized;
    if (accepted && portal_.told()) return weigh_portal(*portal_.told(), now, effect);
    if (accepted && options_.portal_id.empty()) return credential_proved(effect);
    if (portal_.is() == portal_question::credential::proved)
        return refuse_new(effect.words, effect);
    park_request wanted = v.park.value_or(park_request{park_reason::misconfigured, v.words, {}});
    if (accepted)
        wanted.words =
            fmt::format("api.portal_id is {}, but HubSpot does not tell whose account the "
                        "credential opens: {}",
                        options_.portal_id, wanted.words);
    park_question(wanted, now, effect);
}

// The one before goes on serving: a slip of the hand must not stop what works.
void dispatcher::refuse_new(const std::string& words, portal_effect& effect) {
    portal_.settle();
    effect.refused = true;
    effect.words = words;
}

void dispatcher::weigh_portal(std::uint64_t found, const moment& now, portal_effect& effect) {
    const std::string id = std::to_string(found);
    if (options_.portal_id.empty() || options_.portal_id == id) return credential_proved(effect);
    const std::string words =
        fmt::format("the credential opens portal {}, but api.portal_id is {}: nothing is sent "
                    "there. Put a credential of portal {} in place, which is noticed, or correct "
                    "api.portal_id and restart",
                    id, options_.portal_id, options_.portal_id);
    if (portal_.is() == portal_question::credential::proved) return refuse_new(words, effect);
    park_question({park_reason::wrong_portal, words, {}}, now, effect);
}

void dispatcher::park_question(const park_request& wanted, const moment& now,
                               portal_effect& effect) {
    park_for_credential(wanted, now);
    portal_.ask_at(parks_.probe_at(wanted.reason));
    effect.words = wanted.words;
    effect.parks_changed = effect.parked = true;
}

void dispatcher::credential_proved(portal_effect& effect) {
    portal_.settle();
    portal_.become(portal_question::credential::proved);
    effect.proved = true;
    // One that tells whose account it opens is authorized, whatever was the case before a restart.
    std::vector<park_reason> ended{park_reason::wrong_portal};
    if (effect.account) ended.push_back(park_reason::unauthorized);
    if (portal_.parked) ended.push_back(*portal_.parked);
    portal_.parked.reset();
    for (const park_reason reason : ended) {
        effect.parks_changed = effect.parks_changed || parks_.has(reason);
        parks_.end(reason);
    }
    if (effect.parks_changed) breaker_.start_gently();
}

void dispatcher::park_for_credential(const park_request& wanted, const moment& now) {
    if (portal_.parked && *portal_.parked != wanted.reason) parks_.end(*portal_.parked);
    add_park(wanted, now);
    portal_.parked = wanted.reason;
}

} // namespace hubspool
