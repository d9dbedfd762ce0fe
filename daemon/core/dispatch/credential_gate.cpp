#include "core/dispatch/credential_gate.hpp"

#include "core/answers/judgement.hpp"
#include "core/answers/response_mapper.hpp"
#include "core/json/json_lookup.hpp"
#include "core/sending/backoff.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace hubspool {

namespace {
// So often is the account asked for in vain before sending begins without the answer.
constexpr std::uint32_t unanswered_max = 3;
constexpr int status_unauthorized = 401;
} // namespace

void credential_gate::become(credential_state state) {
    check_.become(state);
    // Shut until it is known whose account it is.
    parts_.gate.set(closure::credential, state != credential_state::proved);
}

void credential_gate::missing() {
    check_.lose();
    become(credential_state::missing);
}

void credential_gate::prove(bool before_all_else, std::optional<std::uint64_t> told,
                            boot_time now) {
    if (before_all_else || state() == credential_state::missing) become(credential_state::unproved);
    check_.want(now, told);
    // Failures of the one before are not held against it.
    failures_ = 0;
    // A new credential may be what the breaker waited for.
    parts_.breaker.forget();
}

boot_time credential_gate::due(boot_time now) {
    return parts_.gate.account_check_at(check_.due(), now);
}

void credential_gate::sent(boot_time now) {
    check_.sent();
    passed_ = parts_.gate.pass_account_check(now);
}

void credential_gate::take_back(boot_time now) {
    check_.answered();
    parts_.gate.turn_back(passed_, now);
}

account_effect credential_gate::weigh(const api_response& response, const moment& now) {
    account_effect effect;
    // False: another credential was put in place meanwhile, and the answer is about the one before.
    const bool counts = check_.answered();
    effect.slot_release = parts_.gate.end(passed_, response.end, exchange_kind::other, now.boot);
    effect.account = read_account_details(response);
    const response_verdict verdict = judge(response, now.boot);
    // Even an answer about the old credential tells limits and holds: they are the account's.
    parts_.slots.learn(verdict, passed_.slot, now.boot);
    if (verdict.hold) parts_.hold.extend(now.boot + *verdict.hold, hold_cause_of(response.status));
    if (!verdict.outage && !verdict.hold) parts_.breaker.succeeded();
    if (!counts || response.credential_changed) return effect;

    // What these wait for, no other credential brings, so the check waits with them.
    const bool passes = verdict.park && (verdict.park->reason == park_reason::quota ||
                                         verdict.park->reason == park_reason::migration);
    if (effect.account) {
        weigh_portal(effect.account->portal_id, now, effect);
    } else if (passes) {
        park_check(*verdict.park, now, effect);
    } else if (verdict.outage || verdict.hold || verdict.retry_after_min) {
        check_again(verdict, now, effect);
    } else {
        weigh_unknown_portal(verdict, response, now, effect);
    }
    parts_.gate.park_when_spent(now);
    return effect;
}

// As a batch's answer, but for what a success must hold.
response_verdict credential_gate::judge(const api_response& response, boot_time now) const {
    response_verdict verdict = map_response(response, {}, parts_.options.mapper, now);
    // A stale connection has nothing to say of the credential either.
    if (verdict.resend) verdict.outage = true;
    // It carries no record that could be at fault.
    if (verdict.park_if_common) {
        verdict.park = verdict.park_if_common;
        verdict.outage = false;
    }
    const bool success = response.status >= 200 && response.status <= 299;
    if (response.end != exchange_end::answered || !success) return verdict;
    verdict.outage = !is_json_object(response.body); // a captive portal's page
    verdict.words =
        verdict.outage ? words_without_json(response) : "the answer does not name the portal";
    return verdict;
}

void credential_gate::check_again(const response_verdict& verdict, const moment& now,
                                  account_effect& effect) {
    effect.words = verdict.words;
    ++failures_;
    // A backoff of its own: its failures say nothing of batches.
    check_.ask_at(now.boot + backoff_delay(parts_.options.retry_initial, parts_.options.retry_max,
                                           failures_, now.jitter));
    // Where any portal is right, the check protects nothing: only its own path may be broken. One
    // that was proved before serves on anyway.
    if (parts_.options.portal_id.empty() && failures_ >= unanswered_max &&
        state() == credential_state::unproved && may_become({})) {
        note_account({}, now.boot);
        become(credential_state::proved);
        effect.proved = true;
    } else if (verdict.outage && !is_proved()) {
        parts_.breaker.failed(now, verdict.words);
    }
}

// The details cannot be had, and asking again will not help.
void credential_gate::weigh_unknown_portal(const response_verdict& verdict,
                                           const api_response& response, const moment& now,
                                           account_effect& effect) {
    effect.words = verdict.park ? verdict.park->words : verdict.words;
    const std::string& portal_id = parts_.options.portal_id;
    // 401 is about the token itself; anything else may be about the account's path.
    const bool accepted = response.status != status_unauthorized;
    // An OAuth answer has told the portal already.
    if (accepted && check_.told()) return weigh_portal(*check_.told(), now, effect);
    if (accepted && portal_id.empty()) return accept(now, effect);
    if (is_proved()) return refuse_new(effect.words, effect);
    park_request wanted =
        verdict.park.value_or(park_request{park_reason::misconfigured, verdict.words, {}});
    if (accepted)
        wanted.words =
            fmt::format("api.portal_id is {}, but HubSpot does not tell whose account the "
                        "credential opens: {}",
                        portal_id, wanted.words);
    park_check(wanted, now, effect);
}

// The one before goes on serving: a slip of the hand must not stop what works.
void credential_gate::refuse_new(const std::string& words, account_effect& effect) {
    check_.settle();
    effect.refused = true;
    effect.words = words;
}

void credential_gate::weigh_portal(std::uint64_t found, const moment& now, account_effect& effect) {
    const std::string id = std::to_string(found);
    const std::string& portal_id = parts_.options.portal_id;
    if (portal_id.empty() || portal_id == id) return accept(now, effect);
    const std::string words =
        fmt::format("the credential opens portal {}, but api.portal_id is {}: nothing is sent "
                    "there. Put a credential of portal {} in place, which is noticed, or correct "
                    "api.portal_id and restart",
                    id, portal_id, portal_id);
    if (is_proved()) return refuse_new(words, effect);
    park_check({park_reason::wrong_portal, words, {}}, now, effect);
}

void credential_gate::park_check(const park_request& wanted, const moment& now,
                                 account_effect& effect) {
    park(wanted, now);
    // At the time of the park's probe: here the check is the probe.
    check_.ask_at(parts_.parks.probe_at(wanted.reason));
    effect.words = wanted.words;
    effect.parked = true;
}

// What another account took must not go to this one as a control. Unknown is as good as another.
void credential_gate::note_account(std::optional<std::uint64_t> portal, boot_time now) {
    if (!portal || portal != account_) parts_.blame.controls().drop_all(now);
    account_ = portal;
    has_account_ = true;
    parts_.account_is_unknown = !portal;
}

// What was left out since the account before has it would never come to another one, and what is on
// its way to the one before would be taken for what the other one has.
bool credential_gate::may_become(std::optional<std::uint64_t> portal) const {
    return !parts_.options.skips_unchanged || !has_account_ || portal == account_;
}

void credential_gate::accept(const moment& now, account_effect& effect) {
    const auto portal = effect.account ? std::optional(effect.account->portal_id) : check_.told();
    if (!may_become(portal)) {
        const std::string words = "with records.unchanged: skip a run sends to one account: "
                                  "restart hubspool for this one";
        if (is_proved()) return refuse_new(words, effect);
        return park_check({park_reason::wrong_portal, words, {}}, now, effect);
    }
    note_account(portal, now.boot);
    check_.settle();
    // The gate opens.
    become(credential_state::proved);
    effect.proved = true;
    // One that tells whose account it opens is authorized, whatever was the case before a restart.
    std::vector<park_reason> ended{park_reason::wrong_portal};
    if (effect.account) ended.push_back(park_reason::unauthorized);
    if (parked_) ended.push_back(*parked_);
    parked_.reset();
    bool any_ended = false;
    for (const park_reason reason : ended) {
        any_ended = any_ended || parts_.parks.has(reason);
        parts_.parks.end(reason);
    }
    // Many requests at once could meet what parked before.
    if (any_ended) parts_.breaker.start_gently();
}

void credential_gate::park(const park_request& wanted, const moment& now) {
    // One park at a time is this gate's: another reason takes the place of the first.
    if (parked_ && *parked_ != wanted.reason) parts_.parks.end(*parked_);
    parts_.gate.park(wanted, now);
    parked_ = wanted.reason;
}

} // namespace hubspool
