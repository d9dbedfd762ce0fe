// Whose account does the credential open? Asked of HubSpot before anything is sent with it.
//
// GET /account-info/{version}/details: `portalId`, and `timeZone` in which the daily quota is reset
// ("Retrieve account details", developers.hubspot.com). Pure; loop thread.
#pragma once

#include "core/answers/api_response.hpp"
#include "core/words/time.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

struct account_details {
    std::uint64_t portal_id = 0;
    std::string time_zone; // such as US/Eastern; as HubSpot wrote it, perhaps empty
};

// Nothing when it is no success, or does not hold them.
std::optional<account_details> read_account_details(const api_response& response);

// What the answer to the check came to, for the caller to act on and to say.
struct account_effect {
    bool proved = false;                    // use the credential that was asked with
    bool refused = false;                   // it was found wanting, and the one before stays in use
    std::optional<account_details> account; // when it could be had
    std::string words;                      // why not, in both other cases
    boot_time slot_release = {};            // when the limiter frees the request's slot
    bool parked = false;                    // this very answer asked for a park
};

enum class credential_state : std::uint8_t {
    proved,   // requests may go
    unproved, // only the account check may go
    missing,  // there is none: not even the account check may go
};

// The state of the credential, and of the check.
class account_check {
public:
    credential_state credential() const { return credential_; }
    void become(credential_state now) { credential_ = now; }

    // Ask at `at`; an answer to a check that is on its way then counts no more. `told`: the portal
    // that came with an OAuth token, for when the details cannot be had.
    void want(boot_time at, std::optional<std::uint64_t> told);
    // The credential is gone: an answer to a check with it counts no more.
    void lose() {
        credential_ = credential_state::missing;
        outdated_ = on_its_way_;
    }
    void ask_at(boot_time at) { at_ = at; }
    void ask_sooner(boot_time at) { at_ = std::min(at_, at); }
    void settle() { wanted_ = false; }
    bool wanted() const { return wanted_; }
    bool is_under_way() const { return on_its_way_; }
    // boot_time::max() when nothing is to be asked now.
    boot_time due() const;

    void sent();
    // The answer came; false when it counts no more.
    bool answered();
    std::optional<std::uint64_t> told() const { return told_; }

private:
    credential_state credential_ = credential_state::proved;
    bool wanted_ = false;
    bool on_its_way_ = false;
    bool outdated_ = false;
    boot_time at_ = {};
    std::optional<std::uint64_t> told_;
};

} // namespace hubspool
