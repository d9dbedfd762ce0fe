#include "app/metrics/health_findings.hpp"

#include "config/units.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

namespace hubspool {

namespace {

std::string time_text(wall_time since, wall_time now) {
    return duration_text(
        std::chrono::floor<std::chrono::seconds>(std::max(milliseconds(0), now - since)));
}

} // namespace

health_finding parked_finding(park_reason reason, wall_time since, const std::string& words,
                              wall_time now) {
    return {"parked", fmt::format("parked ({}) for {}{}{}", to_string(reason),
                                  time_text(since, now), words.empty() ? "" : ": ", words)};
}

std::optional<health_finding> judge_age(std::optional<wall_time> oldest, const age_limits& limits,
                                        wall_time now) {
    if (!oldest) return std::nullopt;
    const auto exceeded = [&](const std::optional<milliseconds>& limit) {
        return limit && now - *oldest > *limit;
    };
    const bool is_critical = exceeded(limits.critical);
    if (!is_critical && !exceeded(limits.warning)) return std::nullopt;
    return health_finding{
        "old",
        fmt::format("the oldest pending change waits for {}, longer than {}",
                    time_text(*oldest, now),
                    duration_text(is_critical ? *limits.critical : *limits.warning)),
        is_critical};
}

std::vector<health_finding> find_trouble(const daemon_status& told, const age_limits& limits,
                                         wall_time now) {
    std::vector<health_finding> found;
    for (const daemon_status::park& park : told.parks)
        found.push_back(parked_finding(park.reason, park.since, park.words, now));
    if (told.is_unreachable()) {
        std::string words = "HubSpot cannot be reached";
        if (told.failing)
            words += fmt::format(" for {}: {}", time_text(told.failing->since, now),
                                 told.failing->last_failure);
        found.push_back({"unreachable", std::move(words)});
    }
    for (const daemon_status::hold& hold : told.holds)
        if (hold.kind == "outcomes" || hold.kind == "not_noted" || hold.kind == "credential")
            found.push_back({"held", hold.reason, hold.kind != "credential", hold.kind});
    if (auto old = judge_age(told.pending.oldest, limits, now)) found.push_back(std::move(*old));
    if (told.recovering)
        found.push_back({"recovering",
                         "what an earlier run had read is read again, before anything is sent",
                         false});
    if (told.stopping) found.push_back({"stopping", "it ends: nothing more is sent", false});
    std::stable_partition(found.begin(), found.end(),
                          [](const health_finding& one) { return one.is_critical; });
    return found;
}

} // namespace hubspool
