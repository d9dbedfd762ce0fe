#include "cli/report/report_html.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"
#include "cli/report/report_chart.hpp"
#include "cli/report/report_text.hpp"

#include <fmt/core.h>

namespace hubspool {

namespace {

constexpr std::string_view page_head =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
    "'unsafe-inline'\">\n<title>hubspool report</title>\n<style>\n"
    "body { font: 15px/1.4 sans-serif; max-width: 50em; margin: 2em auto; padding: 0 1em; }\n"
    "table { border-collapse: collapse; }\n"
    "td, th { padding: .15em .7em .15em 0; text-align: left; vertical-align: top; }\n"
    ".n { text-align: right; font-variant-numeric: tabular-nums; }\n"
    "rect { fill: #4a7ba6; }\ntext { font-size: 11px; fill: #555; }\n"
    "</style>\n</head>\n<body>\n";

std::string fact(std::string_view name, std::string_view words) {
    return fmt::format("<tr><th>{}</th><td>{}</td></tr>\n", html_text(name), html_text(words));
}

std::string number(std::uint64_t value) {
    return fmt::format("<td class=\"n\">{}</td>", value);
}

void add_facts(const span_report& report, std::string& page) {
    const report_files& files = report.files;
    const report_counts& sums = files.sums();
    const hour_figures requests = report.requests();
    page += "<table>\n";
    page += fact("queue", report.queue);
    if (report.history_from)
        page += fact("no longer known", "what was settled before " +
                                            shown_time(*report.history_from) + " (state.history)");
    if (!report.ended.empty()) page += fact("ended", report.ended);
    page += fact("files", fmt::format("{} settled, {} of them in rejected/; {} not settled yet",
                                      files.settled(), files.rejected(), files.open()));
    page += fact("records", std::to_string(sums.records_in));
    page += fact("delivered", std::to_string(sums.fates.delivered));
    page += fact("superseded",
                 std::to_string(sums.fates.superseded) + overtaken_text(sums.fates.overtaken));
    if (sums.fates.unchanged > 0) page += fact("unchanged", std::to_string(sums.fates.unchanged));
    page += fact("dead", std::to_string(sums.fates.dead));
    page += fact("pending", std::to_string(sums.pending));
    page += fact("requests",
                 fmt::format("{}, {} of them failed; {} retried in another one", requests.requests,
                             requests.failed, counted(requests.retried, "object")));
    if (const auto slowest = report.slowest_hour())
        page += fact("slowest hour",
                     fmt::format("from {}: {} an answer; {} over all", shown_time(slowest->begins),
                                 answer_time_text(*slowest), answer_time_text(requests)));
    if (const std::string day = day_text(report); !day.empty()) page += fact("today", day);
    for (const park_row& park : report.parks) page += fact("parked", park_text(park));
    if (report.over.count() > 0) page += fact("was parked", past_parks_text(report.over));
    for (const ended_park& park : report.over.longest()) page += fact("", past_park_text(park));
    page += "</table>\n";
}

void add_charts(const span_report& report, std::string& page) {
    std::vector<chart_bar> delivered, answers;
    for (const hour_figures& step : chart_steps(report.hours)) {
        delivered.push_back({shown_time(step.begins), step.delivered});
        answers.push_back({shown_time(step.begins), mean_answer_ms(step)});
    }
    page += bar_chart("Objects delivered", "objects", delivered);
    page += bar_chart("Time until an answer", "ms", answers);
}

void add_dead_table(const span_report& report, std::string& page) {
    if (report.dead.letters() == 0) return;
    page += fmt::format("<h2>Dead letters: {} of {}</h2>\n<table>\n", report.dead.letters(),
                        counted(report.dead.records(), "record"));
    const auto largest = report.dead.largest();
    for (const report_reasons::reason& reason : largest) {
        page += "<tr>" + number(reason.records) + "<td>" + html_text(reason.words);
        for (const report_reasons::example& example : reason.examples)
            page += "<br>" + html_text(example_text(example, report));
        page += "</td></tr>\n";
    }
    page += "</table>\n";
    if (report.dead.reasons() > largest.size())
        page += fmt::format("<p>and {}</p>\n",
                            counted(report.dead.reasons() - largest.size(), "more reason"));
}

std::string counts_cells(const report_counts& counts) {
    return number(counts.records_in) + number(counts.fates.delivered) +
           number(counts.fates.superseded) + number(counts.fates.dead) + number(counts.pending);
}

void add_files(const report_files& files, std::string& page) {
    if (files.all() == 0) return;
    page += "<h2>Files, the most trouble first</h2>\n<table>\n<tr><th class=\"n\">file</th>"
            "<th>lane</th><th>name</th><th class=\"n\">records</th><th class=\"n\">delivered</th>"
            "<th class=\"n\">superseded</th><th class=\"n\">dead</th><th class=\"n\">pending</th>"
            "<th>remark</th></tr>\n";
    for (const file_row& row : files.troubled())
        page += fmt::format("<tr>{}<td>{}</td><td>{}</td>{}<td>{}</td></tr>\n", number(row.number),
                            lane_name(row.lane), html_text(row.name), counts_cells(counts_of(row)),
                            html_text(remark_of(row)));
    if (const std::uint64_t more = files.all() - files.troubled().size(); more > 0)
        page += fmt::format("<tr><td></td><td></td><td>{} with less trouble</td>{}<td></td></tr>\n",
                            counted(more, "other file"), counts_cells(files.rest()));
    page += "</table>\n";
}

} // namespace

std::vector<hour_figures> chart_steps(const std::vector<hour_figures>& hours) {
    if (hours.empty()) return {};
    const auto span = hours.back().begins - hours.front().begins;
    const auto all = static_cast<std::size_t>(span / std::chrono::hours(1)) + 1;
    const std::size_t joined = (all + chart_bars_max - 1) / chart_bars_max;
    const milliseconds step = std::chrono::hours(1) * static_cast<std::int64_t>(joined);
    std::vector<hour_figures> steps((all + joined - 1) / joined);
    for (std::size_t i = 0; i < steps.size(); ++i)
        steps[i].begins = hours.front().begins + step * static_cast<std::int64_t>(i);
    for (const hour_figures& hour : hours)
        steps[static_cast<std::size_t>((hour.begins - hours.front().begins) / step)] += hour;
    return steps;
}

std::string report_html(const span_report& report) {
    std::string page(page_head);
    page += fmt::format("<h1>hubspool report</h1>\n<p>from {} to {}</p>\n",
                        shown_time(report.span.since), shown_time(report.span.until));
    add_facts(report, page);
    add_charts(report, page);
    add_dead_table(report, page);
    add_files(report.files, page);
    return page + "</body>\n</html>\n";
}

} // namespace hubspool
