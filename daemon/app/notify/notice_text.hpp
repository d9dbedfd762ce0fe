// What of a daemon's state somebody should know, and what is told of it. Pure.
#pragma once

#include "app/metrics/metric_facts.hpp"
#include "app/notify/notice_rules.hpp"
#include "core/engine/daemon_status.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct notice_limits {
    milliseconds age_max{};             // of the oldest pending change
    std::uint64_t free_bytes_least = 0; // of the queue's file system
};

// Parks, holds that somebody has to end, an outage, age and space.
std::vector<condition> conditions_of(const daemon_status& told,
                                     const std::optional<queue_figures>& queue,
                                     const notice_limits& limits, wall_time now);

// Where it comes from.
struct notice_origin {
    std::string host;
    std::string queue; // its directory
};

// One JSON object. Its `text` is a sentence for a person, as chat services show it.
std::string notice_json(const notice& told, const notice_origin& from, wall_time now);

} // namespace hubspool
