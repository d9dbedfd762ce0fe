// How the stand-in behaves: what the command line sets and /_simulator/faults changes while it
// runs.
#pragma once

#include "base/result.hpp"
#include "simulator/fault_plan.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

struct behaviour {
    std::string token; // empty: any
    std::uint64_t portal_id = 62515;
    std::string time_zone = "US/Eastern";
    std::vector<std::string> other_portals; // TOKEN=PORTAL: good tokens of other accounts
    std::uint32_t account_status = 0;       // of account-info's answers; 0: 200
    bool echo_tokens = false;               // a 401 repeats the token
    // OAuth. Access tokens that were given are good until their end, beside `token`.
    std::string client_id, client_secret, refresh_token;
    std::int64_t token_life_ms = 1800000;
    bool rotate_refresh_token = false; // each grant replaces it; the one before is void
    // Why no token is given: html, a status such as 503, invalid_client, or HubSpot's word for a
    // refresh token, such as BAD_REFRESH_TOKEN.
    std::string token_error;
    std::vector<std::string> properties; // that the account has made, see property_desk.hpp
    std::uint32_t properties_status = 0; // of the answers to who asks for them; 0: 200
    std::uint64_t properties_pad = 0;    // bytes of each description
    std::uint32_t events_status = 0;     // of the answers to who asks for an event; 0: as it is
    std::int64_t aside_ms = 0;           // all that is asked beside updates takes so long
    std::uint32_t limit = 0;
    bool enforce = false; // 429 above the limit, instead of only counting
    bool send_limit_headers = false;
    std::uint64_t daily = 0; // 0: no quota
    // Requests of other clients of the app in every window, and of other apps of the account today.
    std::uint32_t others_in_window = 0;
    std::uint32_t others_today = 0;
    std::int64_t latency_ms = 0;
    std::int64_t jitter_ms = 0; // 0 to this is added, evenly
    std::vector<std::string> faults;
    std::uint64_t unknown_every = 0;
    std::uint64_t bad400_every = 0;
    std::string status500_object;
    bool all_unknown = false;
    std::string refuse_property;
    bool html_portal = false;
    bool unauthorized = false;
    bool forbidden = false;
    std::uint64_t max_inputs = 0; // 0: any
};

// Sets what `json`, an object of the options by their names with underscores, names; the rest
// stays. On failure nothing has changed.
result<void> change_behaviour(behaviour& settings, std::string_view json);

result<std::vector<fault>> parse_faults(const std::vector<std::string>& rules);

} // namespace hubspool::simulator
