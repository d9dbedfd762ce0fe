#include "cli/replay/replay_words.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"
#include "config/units.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <cmath>

namespace hubspool {

namespace {

constexpr std::size_t listed_max = 10;
constexpr std::size_t reason_bytes = 200;

std::string newer_text(const replay_plan& plan) {
    if (plan.newer_values == 0) return "nothing of it";
    if (plan.is_exact)
        return fmt::format("{} of {}, which are not sent", plan.newer_values,
                           counted(plan.asked_values, "value"));
    return fmt::format("about {} % of the values, which are not sent (of {} objects asked about)",
                       std::lround(plan.newer_share() * 100), plan.asked_objects);
}

std::string about(bool is_exact, const std::string& text) {
    return is_exact ? text : "about " + text;
}

std::string left_out_text(const replay_choice& choice) {
    std::string text;
    std::size_t listed = 0;
    for (const auto& [path, why] : choice.left_out) {
        if (listed++ == listed_max) break;
        text += fmt::format("    {}\n      {}\n", printable(path), why);
    }
    if (choice.left_out.size() > listed_max)
        text += fmt::format("    and {} more\n", choice.left_out.size() - listed_max);
    return text;
}

void put_time(json_writer& json, std::string_view name, std::optional<wall_time> at) {
    json.key(name);
    at ? json.value(iso_time(*at)) : json.null();
}

} // namespace

std::string plan_text(const replay_choice& choice, const replay_plan& plan, bool as_newest,
                      milliseconds window) {
    std::string text = "replay\n";
    text += fact_row("files", fmt::format("{}, {}", choice.files.size(), size_text(choice.bytes)));
    text += fact_row("records",
                     plan.bad == 0 ? std::to_string(plan.records)
                                   : fmt::format("{}, and {} that cannot be read and die once more",
                                                 plan.records, plan.bad));
    text += fact_row("objects", about(plan.is_exact, std::to_string(plan.objects)));
    text += fact_row("newer", as_newest ? "does not count: all of it is sent as the newest"
                                        : newer_text(plan));
    text += fact_row("requests", about(plan.is_exact, std::to_string(plan.requests)));
    text += fact_row("time", fmt::format("about {}, at {} requests in {}", duration_text(plan.time),
                                         plan.limit, duration_text(window)));
    if (choice.doubles > 0)
        text += fact_row("left out", fmt::format("{} of another one that is chosen",
                                                 counted(choice.doubles, "replay")));
    if (!choice.left_out.empty())
        text +=
            fact_row("left out", counted(choice.left_out.size(), "file")) + left_out_text(choice);
    return text;
}

void put_plan(json_writer& json, const replay_choice& choice, const replay_plan& plan) {
    json.key("files").begin_array();
    for (const done_file& found : choice.files) json.value(found.path);
    json.end_array().key("left_out").begin_array();
    for (const auto& [path, why] : choice.left_out)
        json.begin_object().key("file").value(path).key("why").value(why).end_object();
    json.end_array().key("bytes").value(choice.bytes).key("records").value(plan.records);
    json.key("bad").value(plan.bad).key("objects").value(plan.objects);
    json.key("exact").value(plan.is_exact).key("asked_objects").value(plan.asked_objects);
    json.key("asked_values").value(plan.asked_values).key("newer_values").value(plan.newer_values);
    json.key("requests").value(plan.requests).key("requests_a_window").value(plan.limit);
    json.key("seconds").value(plan.time.count() / 1000);
}

std::string_view state_of(const replay_job& job, const replay_progress& progress) {
    if (job.wish == replay_wish::cancel) return "cancelled";
    if (job.over || progress.is_done(job)) return "done";
    return job.wish == replay_wish::pause ? "paused" : "running";
}

std::string job_text(const replay_job& job, const replay_progress& progress,
                     const skipped_files& skipped, bool has_daemon) {
    std::string text = fmt::format("replay {}, {}\n", job.id, state_of(job, progress));
    text += fact_row("chosen", one_line(job.chosen, reason_bytes));
    if (!job.reason.empty()) text += fact_row("reason", one_line(job.reason, reason_bytes));
    text += fact_row("begun", shown_time(job.created));
    text += fact_row("files", fmt::format("{} of {} settled, {} being delivered, {} left out",
                                          progress.settled, job.files,
                                          progress.begun - progress.settled, progress.skipped));
    const fate_counts& counts = progress.counts;
    text += fact_row("records",
                     fmt::format("{} of about {}: {} delivered, {} superseded{}{}, {} dead",
                                 counts.settled(), job.records, counts.delivered, counts.superseded,
                                 overtaken_text(counts.overtaken),
                                 unchanged_text(counts.unchanged, ", {} unchanged"), counts.dead));
    if (job.requests_max > 0)
        text += fact_row("limit", fmt::format("{} in a window, for all of the bulk lane",
                                              counted(job.requests_max, "request")));
    if (!has_daemon && state_of(job, progress) == "running")
        text += fact_row("now", "no hubspool works on this queue: the next `hubspool run` or "
                                "`drain`\n              goes on");
    for (const auto& [source, why] : skipped)
        text += fmt::format("    {}\n      left out: {}\n", printable(source), why);
    return text;
}

void put_job(json_writer& json, const replay_job& job, const replay_progress& progress) {
    json.key("id").value(job.id).key("state").value(state_of(job, progress));
    json.key("chosen").value(job.chosen).key("reason").value(job.reason);
    put_time(json, "begun", job.created);
    put_time(json, "settled", progress.is_done(job) ? progress.last_settled : std::nullopt);
    json.key("files").value(job.files).key("bytes").value(job.bytes);
    json.key("files_begun").value(progress.begun).key("files_settled").value(progress.settled);
    json.key("files_left_out").value(progress.skipped);
    json.key("records").value(job.records).key("requests").value(job.requests);
    json.key("requests_max").value(job.requests_max);
    json.key("delivered").value(progress.counts.delivered);
    json.key("superseded").value(progress.counts.superseded);
    json.key("overtaken").value(progress.counts.overtaken);
    json.key("unchanged").value(progress.counts.unchanged);
    json.key("dead_lettered").value(progress.counts.dead);
}

} // namespace hubspool
