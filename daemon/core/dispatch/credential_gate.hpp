// The account check: nothing is sent with a credential before HubSpot was asked whose account it
// opens.
//
// A credential counts as proved until the caller says otherwise. Pure; loop thread.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/answers/response_verdict.hpp"
#include "core/dispatch/engine_parts.hpp"
#include "core/sending/account_check.hpp"
#include "core/words/moment.hpp"
#include "core/words/park.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

class credential_gate {
public:
    explicit credential_gate(engine_parts& parts) : parts_(parts) {}

    // There is none to send with, until prove().
    void missing();
    // Another one was put in place: ask whose account it opens. `before_all_else`: there is none
    // that was proved, so nothing else goes until it is. `told`: by an OAuth token's answer.
    void prove(bool before_all_else, std::optional<std::uint64_t> told, boot_time now);
    // No credential can be had, and a person must act; ended by a proved one.
    void park(const park_request& wanted, const moment& now);
    credential_state state() const { return check_.credential(); }
    bool is_proved() const { return state() == credential_state::proved; }

    // A check is to go, now or later; or was asked for and waits for a credential.
    bool is_wanted() const { return check_.wanted(); }
    bool may_come_due() const { return check_.due() != boot_time::max(); }
    bool is_under_way() const { return check_.is_under_way(); }
    void ask_sooner(boot_time at) { check_.ask_sooner(at); }
    // When the check may go; the caller sends it then, and says so.
    boot_time due(boot_time now);
    void sent(boot_time now);
    void take_back(boot_time now); // nothing of it went out
    account_effect weigh(const api_response& response, const moment& now);

private:
    void become(credential_state state);
    response_verdict judge(const api_response& response, boot_time now) const;
    void weigh_portal(std::uint64_t found, const moment& now, account_effect& effect);
    void weigh_unknown_portal(const response_verdict& verdict, const api_response& response,
                              const moment& now, account_effect& effect);
    void check_again(const response_verdict& verdict, const moment& now, account_effect& effect);
    void park_check(const park_request& wanted, const moment& now, account_effect& effect);
    void refuse_new(const std::string& words, account_effect& effect);
    void accept(const moment& now, account_effect& effect);
    void note_account(std::optional<std::uint64_t> portal, boot_time now);
    bool may_become(std::optional<std::uint64_t> portal) const;

    engine_parts& parts_;
    account_check check_;
    send_gate::passage passed_;         // of the check that is on its way
    std::optional<park_reason> parked_; // by an answer; the next answer ends it
    // That of the credential that was proved last; nothing: HubSpot did not tell.
    std::optional<std::uint64_t> account_;
    bool has_account_ = false;   // one was proved in this run
    std::uint32_t failures_ = 0; // in a row, without an answer
};

} // namespace hubspool
