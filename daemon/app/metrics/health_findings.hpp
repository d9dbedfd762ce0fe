// What keeps a daemon from being as it should be: one judgement for /readyz, and for the command
// `health`. Pure.
#pragma once

#include "core/engine/daemon_status.hpp"
#include "core/words/time.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// Of the oldest pending change; nothing: it may be as old as it likes.
struct age_limits {
    std::optional<milliseconds> warning, critical;
};

struct health_finding {
    std::string code;  // for programs: parked, unreachable, old, recovering, stopping, ...
    std::string words; // for a person
    bool is_critical = true;
    std::string reason = {}; // of a hold: which, as `explain` takes it
};

// Parks, an outage, a start or an end, and age. Never how many answers are errors: that is the
// data's matter. Critical ones first.
std::vector<health_finding> find_trouble(const daemon_status& told, const age_limits& limits,
                                         wall_time now);
// Nothing when it is young enough.
std::optional<health_finding> judge_age(std::optional<wall_time> oldest, const age_limits& limits,
                                        wall_time now);
health_finding parked_finding(park_reason reason, wall_time since, const std::string& words,
                              wall_time now);

} // namespace hubspool
