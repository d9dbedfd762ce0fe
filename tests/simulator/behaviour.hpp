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
