#include "cli/plan/plan_words.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"
#include "config/units.hpp"
#include "core/words/park.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace hubspool {

namespace {

constexpr std::size_t shown_most = 10;
constexpr std::size_t why_bytes = 300;

std::string files_text(const drain_plan& plan) {
    const std::uint64_t all = plan.files.live + plan.files.bulk;
    if (!plan.of_queue) return fmt::format("{}, {}", all, size_text(plan.bytes));
    return fmt::format("{} ({} live, {} bulk), {}", all, plan.files.live, plan.files.bulk,
                       size_text(plan.bytes));
}

std::string about_so_many(bool is_exact, std::uint64_t number) {
    return fmt::format("{}{}", is_exact ? "" : "about ", number);
}

std::string quota_text(const drain_plan& plan) {
    const std::uint64_t left = plan.pace.today->left;
    if (plan.sent.requests <= left)
        return fmt::format("{} of the {} requests that are left today", plan.sent.requests, left);
    return fmt::format("{} requests are left today, {} are ours a day", left,
                       plan.pace.today->allowed);
}

// The reasons, from many records to few.
std::vector<std::pair<std::string, planned_deaths>> by_count(const drain_plan& plan) {
    std::vector<std::pair<std::string, planned_deaths>> deaths(plan.deaths.begin(),
                                                               plan.deaths.end());
    std::stable_sort(deaths.begin(), deaths.end(), [](const auto& a, const auto& b) {
        return a.second.records > b.second.records;
    });
    return deaths;
}

std::string deaths_text(const drain_plan& plan) {
    std::string text;
    std::size_t listed = 0;
    for (const auto& [reason, deaths] : by_count(plan)) {
        if (listed++ == shown_most) break;
        text += fmt::format("    {}: {}\n", deaths.records, one_line(reason, why_bytes));
        for (const std::string& place : deaths.places) text += fmt::format("      {}\n", place);
    }
    if (plan.deaths.size() > shown_most)
        text +=
            fmt::format("    and {}\n", counted(plan.deaths.size() - shown_most, "other reason"));
    return text;
}

std::string trouble_text(const drain_plan& plan) {
    std::string text;
    for (std::size_t i = 0; i < std::min(shown_most, plan.left_out.size()); ++i)
        text += fmt::format("    {}\n      {}\n", printable(plan.left_out[i].first),
                            one_line(plan.left_out[i].second, why_bytes));
    if (plan.left_out_total > shown_most)
        text += fmt::format("    and {} more\n", plan.left_out_total - shown_most);
    return text;
}

} // namespace

std::string plan_text(const drain_plan& plan, milliseconds window) {
    const rehearsed& sent = plan.sent;
    std::string text = plan.of_queue ? "what is queued\n" : "these files\n";
    text += fact_row("files", files_text(plan));
    text += fact_row("records", std::to_string(plan.records()));
    text += fact_row("objects", about_so_many(plan.objects_exact, plan.objects));
    text +=
        fact_row("changes", fmt::format("{}, in which {} are delivered and {} superseded{}{}",
                                        sent.inputs, sent.fates.delivered, sent.fates.superseded,
                                        overtaken_text(sent.fates.overtaken),
                                        unchanged_text(sent.fates.unchanged, ", {} unchanged")));
    text += fact_row("requests",
                     fmt::format("{}, {}", about_so_many(plan.estimated.empty(), sent.requests),
                                 size_text(sent.body_bytes)));
    if (plan.pace.today) text += fact_row("quota", quota_text(plan));
    text +=
        fact_row("time", fmt::format("about {}, at {} requests in {} and answers in {}",
                                     duration_text(plan.time), plan.pace.limit,
                                     duration_text(window), duration_text(plan.pace.an_answer)));
    text += fact_row("done by", shown_time(plan.begins + plan.time));
    if (sent.fates.dead > 0)
        text += fact_row("dead", counted(sent.fates.dead, "record")) + deaths_text(plan);
    if (plan.left_out_total > 0)
        text += fact_row("trouble", fmt::format("with {}", counted(plan.left_out_total, "file"))) +
                trouble_text(plan);
    if (sent.unsent_objects > 0) text += fact_row("unsent", counted(sent.unsent_objects, "object"));
    if (plan.online) text += online_text(*plan.online);
    if (!plan.estimated.empty()) text += "the requests are an estimate: " + plan.estimated + '\n';
    if (plan.paused) text += "sending is paused just now: see `hubspool status`\n";
    for (const park_row& park : plan.parks)
        if (park.reason != park_reason::paused)
            text += fmt::format("sending is parked just now ({}): see `hubspool status`\n",
                                to_string(park.reason));
    return text;
}

void put_plan(json_writer& json, const drain_plan& plan, milliseconds window) {
    const rehearsed& sent = plan.sent;
    json.key("files_live").value(plan.files.live).key("files_bulk").value(plan.files.bulk);
    json.key("bytes").value(plan.bytes).key("records").value(plan.records());
    json.key("objects").value(plan.objects).key("objects_exact").value(plan.objects_exact);
    json.key("changes").value(sent.inputs).key("delivered").value(sent.fates.delivered);
    json.key("superseded")
        .value(sent.fates.superseded)
        .key("overtaken")
        .value(sent.fates.overtaken)
        .key("unchanged")
        .value(sent.fates.unchanged);
    json.key("dead").value(sent.fates.dead).key("dead_reasons").begin_array();
    for (const auto& [reason, deaths] : by_count(plan)) {
        json.begin_object().key("reason").value(reason).key("records").value(deaths.records);
        json.key("places").begin_array();
        for (const std::string& place : deaths.places) json.value(place);
        json.end_array().end_object();
    }
    json.end_array().key("trouble").begin_array();
    for (const auto& [file, why] : plan.left_out)
        json.begin_object().key("file").value(file).key("why").value(why).end_object();
    json.end_array().key("trouble_files").value(plan.left_out_total);
    json.key("requests").value(sent.requests).key("exact").value(plan.estimated.empty());
    json.key("estimated_because");
    plan.estimated.empty() ? json.null() : json.value(plan.estimated);
    json.key("request_bytes").value(sent.body_bytes);
    json.key("requests_a_window").value(plan.pace.limit);
    json.key("window_ms").value(window.count());
    json.key("answer_ms").value(plan.pace.an_answer.count()).key("requests_left_today");
    plan.pace.today ? json.value(plan.pace.today->left) : json.null();
    json.key("milliseconds").value(plan.time.count());
    json.key("done_by").value(iso_time(plan.begins + plan.time));
    json.key("objects_unsent").value(sent.unsent_objects).key("paused").value(plan.paused);
    json.key("parks").begin_array();
    for (const park_row& park : plan.parks) json.value(to_string(park.reason));
    json.end_array().key("sample").begin_array();
    for (const std::string& body : plan.sample) json.object(body);
    json.end_array().key("online");
    if (plan.online)
        put_online(json, *plan.online);
    else
        json.null();
}

} // namespace hubspool
