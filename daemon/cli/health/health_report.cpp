#include "cli/health/health_report.hpp"

#include "base/json_writer.hpp"
#include "cli/health/queue_look.hpp"
#include "config/units.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace hubspool {

namespace {

constexpr std::array<std::string_view, 4> level_names{"ok", "warning", "critical", "unknown"};

std::string_view name_of(health_level level) {
    return level_names[static_cast<std::size_t>(level)];
}

// Nothing runs: what waits is in the files alone.
void look_at_files(const status_report& report, const age_limits& limits,
                   const waiting_counter& waiting, wall_time now,
                   std::vector<health_finding>& found) {
    for (const park_row& park : report.books.meta.parks)
        found.push_back(parked_finding(park.reason, park.since, park.words, now));
    if (auto old = judge_age(report.oldest, limits, now)) found.push_back(std::move(*old));
    for (const auto& [limit, is_critical] :
         {std::pair(limits.critical, true), std::pair(limits.warning, false)}) {
        const std::uint64_t files = limit ? waiting(now - *limit) : 0;
        if (files == 0) continue;
        found.push_back({"old",
                         fmt::format("{} file(s) wait in new/ and bulk/ for longer than {}, and "
                                     "nothing runs",
                                     files, duration_text(*limit)),
                         is_critical});
        break;
    }
}

health_level worst_of(const std::vector<health_finding>& found) {
    if (found.empty()) return health_level::ok;
    const bool any = std::any_of(found.begin(), found.end(),
                                 [](const health_finding& one) { return one.is_critical; });
    return any ? health_level::critical : health_level::warning;
}

std::uint64_t pending_records(const health_report& report) {
    return report.facts.told ? report.facts.told->pending.records : 0;
}

std::int64_t age_in_seconds(const health_report& report) {
    if (!report.oldest) return 0;
    return std::max<std::int64_t>(0, (report.facts.now - *report.oldest).count() / 1000);
}

std::string summary(const health_report& report) {
    if (!report.findings.empty()) return report.findings.front().words;
    if (!report.runs) return "nothing runs, and nothing waits for too long";
    if (pending_records(report) == 0) return "nothing is pending";
    return fmt::format("{} records are pending, the oldest for {}", pending_records(report),
                       duration_text(milliseconds(1000 * age_in_seconds(report))));
}

} // namespace

metric_facts metric_facts_of(const status_report& report, const daemon_status* told,
                             wall_time now) {
    metric_facts facts;
    facts.now = now;
    if (told != nullptr) facts.told = *told;
    if (report.has_state) {
        facts.settled = report.books.meta.totals;
        facts.parked.emplace();
        for (const park_row& park : report.books.meta.parks) facts.parked->push_back(park.reason);
    }
    facts.queue = queue_figures_of(report, now);
    return facts;
}

health_report judge_health(const status_report& report, const age_limits& limits,
                           const waiting_counter& waiting, wall_time now) {
    health_report judged;
    const daemon_status* const told = report.told();
    judged.runs = report.daemon.has_value();
    judged.oldest = told != nullptr ? told->pending.oldest : report.oldest;
    judged.facts = metric_facts_of(report, told, now);
    if (report.stuck) judged.findings.push_back({"stuck", *report.stuck});
    if (told != nullptr) {
        for (health_finding& one : find_trouble(*told, limits, now))
            judged.findings.push_back(std::move(one));
    } else if (judged.runs) {
        judged.findings.push_back({"starting", "it starts: nothing is sent yet", false});
    } else {
        look_at_files(report, limits, waiting, now, judged.findings);
    }
    judged.level = worst_of(judged.findings);
    return judged;
}

std::string health_text(const health_report& report) {
    std::string text = fmt::format("{}: {}\n", name_of(report.level), summary(report));
    for (std::size_t i = 1; i < report.findings.size(); ++i)
        text += fmt::format("{}: {}\n", report.findings[i].is_critical ? "critical" : "warning",
                            report.findings[i].words);
    return text;
}

std::string health_json(const health_report& report) {
    json_writer json;
    json.begin_object().key("level").value(name_of(report.level));
    json.key("running").value(report.runs).key("findings").begin_array();
    for (const health_finding& one : report.findings) {
        json.begin_object().key("code").value(one.code).key("critical").value(one.is_critical);
        json.key("words").value(one.words).end_object();
    }
    json.end_array().key("pending_records");
    report.facts.told ? json.value(pending_records(report)) : json.null();
    json.key("oldest_pending_seconds").value(age_in_seconds(report));
    json.key("dead_letters").value(report.facts.queue->open_letters);
    json.end_object();
    return json.text() + '\n';
}

std::string health_nagios(const health_report& report, const age_limits& limits) {
    std::string words = summary(report);
    // What stands behind the bar is performance data, and a second line is something else again.
    std::replace(words.begin(), words.end(), '|', '/');
    std::replace(words.begin(), words.end(), '\n', ' ');
    std::string name(name_of(report.level));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    const auto seconds = [](const std::optional<milliseconds>& limit) {
        return limit ? std::to_string(limit->count() / 1000) : std::string();
    };
    const queue_figures& queue = *report.facts.queue;
    return fmt::format("HUBSPOOL {} - {} | age={}s;{};{};0 pending={};;;0 unread={}B;;;0 "
                       "dead_letters={};;;0\n",
                       name, words, age_in_seconds(report), seconds(limits.warning),
                       seconds(limits.critical), pending_records(report), queue.unread_bytes,
                       queue.open_letters);
}

} // namespace hubspool
