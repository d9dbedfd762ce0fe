#include "cli/drain/drain_summary.hpp"

#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/printing.hpp"
#include "cli/report/report_gathering.hpp"
#include "cli/report/report_json.hpp"
#include "cli/report/report_text.hpp"
#include "config/units.hpp"

#include <fmt/core.h>

#include <utility>

namespace hubspool {

namespace {

constexpr int stopped_before = 4;

void put_left(json_writer& json, const std::optional<status_report>& left) {
    json.key("left");
    if (!left) {
        json.null();
        return;
    }
    json.begin_object().key("open_files").value(left->open_files);
    json.key("waiting_files").value(left->waiting.files);
    json.key("unread_bytes").value(left->unread.bytes);
    json.key("pending").value(left->totals.pending).end_object();
}

std::string left_text(const status_report& left) {
    return fmt::format("left: {} in cur/, {} unclaimed; {} unread, and {} read that have no fate "
                       "yet\n",
                       counted(left.open_files, "file"), left.waiting.files,
                       size_text(left.unread.bytes), counted(left.totals.pending, "record"));
}

double seconds_of(const run_result& ended) {
    return static_cast<double>(ended.took.count()) / 1000.0;
}

} // namespace

drain_summary sum_up_drain(const settings& options, run_result ended, wall_time called) {
    drain_summary summary;
    summary.ended = std::move(ended);
    summary.finished = wall_now();
    if (auto left = make_status_report(options)) summary.left = std::move(*left);
    // Up to now, what was committed in this millisecond included.
    const time_span span{called, summary.finished + milliseconds(1)};
    auto report = gather_report(options, span, summary.finished);
    if (!report) return summary;
    summary.span = std::move(*report);
    summary.span->ended = fmt::format("with {} after {:.1f} s{}{}", summary.ended.exit_code,
                                      seconds_of(summary.ended),
                                      summary.ended.why.empty() ? "" : ": ", summary.ended.why);
    return summary;
}

std::string summary_text(const drain_summary& summary, const std::string& config_path) {
    const run_result& ended = summary.ended;
    std::string text = fmt::format(
        "delivered {}, superseded {}{}{}, dead-lettered {}; {} in {:.1f} s\n",
        counted(ended.totals.delivered, "record"), ended.totals.superseded,
        overtaken_text(ended.totals.overtaken),
        unchanged_text(ended.totals.unchanged, ", unchanged {}"), ended.totals.dead_lettered,
        counted(ended.requests, "request"), seconds_of(ended));
    if (ended.exit_code == stopped_before && summary.left) text += left_text(*summary.left);
    if (ended.totals.dead_lettered > 0)
        text += fmt::format("`hubspool dead-letters list -c {}` shows what could not be "
                            "delivered\n",
                            config_path);
    if (ended.rejected_files > 0)
        text += fmt::format("{} went to rejected/, not or not wholly read; `hubspool files "
                            "--failed -c {}` shows why\n",
                            counted(ended.rejected_files, "file"), config_path);
    if (summary.span) text += report_files_text(summary.span->files);
    return text;
}

std::string summary_json(const drain_summary& summary, const settings& options) {
    const run_result& ended = summary.ended;
    json_writer json;
    json.begin_object().key("exit_code").value(ended.exit_code).key("why").value(ended.why);
    json.key("queue").value(options.queue.directory);
    json.key("delivered").value(ended.totals.delivered);
    json.key("superseded").value(ended.totals.superseded);
    json.key("dead_lettered").value(ended.totals.dead_lettered);
    json.key("overtaken").value(ended.totals.overtaken);
    json.key("unchanged").value(ended.totals.unchanged);
    json.key("rejected_files").value(ended.rejected_files);
    json.key("requests").value(ended.requests);
    put_left(json, summary.left);
    json.key("took_ms").value(ended.took.count());
    json.key("finished").value(iso_time(summary.finished));
    json.key("report");
    summary.span ? put_report(json, *summary.span) : static_cast<void>(json.null());
    json.end_object();
    return json.take() + '\n';
}

std::string summary_in(report_form form, const drain_summary& summary, const settings& options) {
    // Without a state there is nothing but how it ended.
    if (form == report_form::json || !summary.span) return summary_json(summary, options);
    return report_in(form, *summary.span);
}

} // namespace hubspool
