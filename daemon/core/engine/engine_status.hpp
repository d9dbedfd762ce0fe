// What the engine tells of itself at one moment.
#pragma once

#include "core/limits/daily_budget.hpp"
#include "core/sending/account_check.hpp"
#include "core/sending/circuit_breaker.hpp"
#include "core/sending/hold_cause.hpp"
#include "core/words/park.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct engine_status {
    std::size_t objects = 0;
    std::uint64_t records = 0;
    std::size_t bytes = 0;
    std::uint32_t in_flight = 0;
    std::size_t uncommitted = 0;
    std::int64_t suspects = 0;
    std::uint32_t rate_limit = 0;
    std::uint32_t others = 0;                // requests of other clients in the window
    std::uint32_t window_used = 0;           // by requests of ours
    std::optional<boot_time> window_free_at; // all of it; nothing: some are under way
    day_count today;                         // requests of ours
    std::optional<std::uint64_t> today_allowed;
    std::optional<std::uint32_t> account_remaining; // of the account's daily quota
    bool recovering = false;
    std::optional<boot_time> oldest; // when the oldest pending change was accepted
    breaker_state breaker = breaker_state::closed;
    std::uint32_t failures = 0;
    wall_time failing_since = {};
    std::string last_failure;
    boot_time breaker_probe_at = {};
    boot_time held_until = {}; // all sending waits
    hold_cause held_by = hold_cause::backoff;
    credential_state credential = credential_state::proved;
    bool outcomes_full = false; // as many wait for their commit as may
    bool bulk_held = false;     // by an operator
    bool reading_first = false; // drain: nothing is sent before all is read
    std::vector<park> parks;
};

struct engine_parts;
// What the parts tell; `credential` and `reading_first` are left as they are.
engine_status status_of(const engine_parts& parts, boot_time now);

} // namespace hubspool
