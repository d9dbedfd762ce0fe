// Whether hubspool is as it should be, for monitoring that asks a command: one judgement with
// /readyz of a daemon. Pure.
#pragma once

#include "app/metrics/health_findings.hpp"
#include "app/metrics/metric_facts.hpp"
#include "cli/status/status_report.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

// As the plugins of Nagios have them: they are the exit codes.
enum class health_level : std::uint8_t { ok, warning, critical, unknown };

struct health_report {
    health_level level = health_level::unknown;
    std::vector<health_finding> findings; // critical ones first
    bool runs = false;                    // a hubspool works on the queue
    std::optional<wall_time> oldest;      // pending change, or file in cur/ when nothing runs
    metric_facts facts;                   // with its queue
};

// Files in new/ and bulk/ that came up to a time, and wait.
using waiting_counter = std::function<std::uint64_t(wall_time)>;

// `waiting`: asked only when nothing runs, since a daemon claims what comes at once.
health_report judge_health(const status_report& report, const age_limits& limits,
                           const waiting_counter& waiting, wall_time now);
// What metrics tell without a daemon's own thread. `told`: by a daemon, if it is known.
metric_facts metric_facts_of(const status_report& report, const daemon_status* told, wall_time now);

// One line, and one more for each further finding.
std::string health_text(const health_report& report);
std::string health_json(const health_report& report);
// One line with performance data.
std::string health_nagios(const health_report& report, const age_limits& limits);

} // namespace hubspool
