#include "app/notify/notice_text.hpp"

#include "app/metrics/health_findings.hpp"
#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "config/units.hpp"

#include <fmt/core.h>

#include <array>
#include <chrono>
#include <string_view>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

struct notice_kind {
    std::string_view kind;
    std::string_view finding; // what a health check calls it; empty: it is none of its
    milliseconds grace;       // a slow disk or one lost connection is nobody's business
    std::string_view remedy;  // {}: the code
};

constexpr std::array kinds{
    notice_kind{"park", "", 0ms, "`hubspool explain {}` says what to do"},
    notice_kind{"hold", "held", 1min, "`hubspool explain {}` says what to do"},
    notice_kind{"unreachable", "unreachable", 1min,
                "`hubspool check --online` says where it fails; it is tried again by itself"},
    notice_kind{"old", "old", 0ms,
                "`hubspool status` says what holds it up, and how long the backlog takes"},
    notice_kind{"disk", "", 0ms, "make room, or shorten queue.retention"},
    notice_kind{"dead_letters", "", 0ms, "`hubspool dead-letters list` says why"},
    notice_kind{"rejected", "", 0ms, "each has its .reason beside it, in rejected/ of the queue"},
};

const notice_kind* kind_of_finding(std::string_view code) {
    for (const notice_kind& one : kinds)
        if (!one.finding.empty() && one.finding == code) return &one;
    return nullptr;
}

std::string remedy_of(const notice& told) {
    for (const notice_kind& one : kinds)
        if (one.kind == told.kind) return fmt::format(fmt::runtime(one.remedy), told.code);
    return {};
}

std::string sentence(const notice& told) {
    switch (told.is) {
    case notice::phase::begun: return fmt::format("{}; {}", told.words, remedy_of(told));
    case notice::phase::over: return "over: " + told.words;
    case notice::phase::count:
        return fmt::format("{}: {} more; {}",
                           told.kind == "rejected" ? "rejected files" : "dead letters", told.words,
                           remedy_of(told));
    }
    return {};
}

} // namespace

std::vector<condition> conditions_of(const daemon_status& told,
                                     const std::optional<queue_figures>& queue,
                                     const notice_limits& limits, wall_time now) {
    std::vector<condition> holding;
    // Without how long: at its begin that is no time, and at its end it is not the time it took.
    for (const daemon_status::park& park : told.parks) {
        const std::string reason(to_string(park.reason));
        holding.push_back(
            {"park", reason,
             fmt::format("parked ({}){}{}", reason, park.words.empty() ? "" : ": ", park.words)});
    }
    for (health_finding& one : find_trouble(told, {{}, limits.age_max}, now)) {
        const notice_kind* const kind = kind_of_finding(one.code);
        if (kind == nullptr) continue; // a park, a start or an end
        std::string code = one.reason.empty() ? one.code : std::move(one.reason);
        holding.push_back(
            {std::string(kind->kind), std::move(code), std::move(one.words), kind->grace});
    }
    if (queue && queue->free_bytes < limits.free_bytes_least)
        holding.push_back(
            {"disk", "disk",
             fmt::format("{} are left for the queue, less than queue.reserve, {}",
                         size_text(queue->free_bytes), size_text(limits.free_bytes_least)),
             0ms});
    return holding;
}

std::string notice_json(const notice& told, const notice_origin& from, wall_time now) {
    json_writer json;
    json.begin_object().key("version").value(1);
    json.key("kind").value(told.kind).key("code").value(told.code);
    json.key("phase").value(to_string(told.is)).key("at").value(iso_time(now));
    json.key("host").value(from.host).key("queue").value(from.queue);
    json.key("text").value(
        fmt::format("hubspool on {} ({}): {}", from.host, from.queue, sentence(told)));
    json.end_object();
    return json.text() + '\n';
}

} // namespace hubspool
