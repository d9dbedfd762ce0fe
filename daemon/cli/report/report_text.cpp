#include "cli/report/report_text.hpp"

#include "base/clocks.hpp"
#include "cli/printing.hpp"
#include "cli/terminal.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <algorithm>

namespace hubspool {

namespace {

constexpr std::size_t remark_bytes_max = 200;
constexpr std::size_t name_bytes_max = 200;

std::string named(std::string_view name, std::string_view words) {
    return fmt::format("{:<12}{}", name, folded(words, 12, 12));
}

void add_counts(const span_report& report, std::string& text) {
    const report_files& files = report.files;
    text += named(
        "files",
        fmt::format(
            "{} settled{}{}", files.settled(),
            files.rejected() > 0 ? fmt::format(", {} of them in rejected/", files.rejected()) : "",
            files.open() > 0 ? fmt::format("; {} not settled yet", files.open()) : ""));
    const report_counts& sums = files.sums();
    const std::size_t digits = std::to_string(sums.records_in).size();
    const auto add = [&](std::string_view name, std::uint64_t records, std::string_view more = "") {
        text += fmt::format("{:<12}{:>{}}{}\n", name, records, digits, more);
    };
    add("records", sums.records_in);
    add(" delivered", sums.fates.delivered);
    add(" superseded", sums.fates.superseded, overtaken_text(sums.fates.overtaken));
    if (sums.fates.unchanged > 0) add(" unchanged", sums.fates.unchanged);
    add(" dead", sums.fates.dead);
    add(" pending", sums.pending);
}

void add_requests(const span_report& report, std::string& text) {
    const hour_figures sums = report.requests();
    text +=
        named("requests", fmt::format("{}, {} of them failed; {} retried in another one",
                                      sums.requests, sums.failed, counted(sums.retried, "object")));
    if (const auto slowest = report.slowest_hour())
        text += named("slowest", fmt::format("hour from {}: {} an answer; {} over all",
                                             shown_time(slowest->begins),
                                             answer_time_text(*slowest), answer_time_text(sums)));
    if (const std::string day = day_text(report); !day.empty()) text += named("today", day);
    for (const park_row& park : report.parks) text += named("parked", park_text(park));
    if (report.over.count() == 0) return;
    text += named("was parked", past_parks_text(report.over));
    for (const ended_park& park : report.over.longest())
        text += "    " + folded(past_park_text(park), 8, 4);
}

void add_reasons(const span_report& report, std::string& text) {
    if (report.dead.letters() == 0) return;
    text += fmt::format("\nDead letters: {} of {}\n", report.dead.letters(),
                        counted(report.dead.records(), "record"));
    const auto largest = report.dead.largest();
    for (const report_reasons::reason& reason : largest) {
        text += folded(fmt::format("{} {}", counted(reason.records, "record"), reason.words), 4);
        for (const report_reasons::example& example : reason.examples)
            text += "    " + cut_to_width(example_text(example, report), text_columns - 4) + '\n';
        if (reason.letters > reason.examples.size())
            text += fmt::format("    and {} more\n", reason.letters - reason.examples.size());
    }
    if (report.dead.reasons() > largest.size())
        text +=
            fmt::format("and {}\n", counted(report.dead.reasons() - largest.size(), "more reason"));
}

} // namespace

std::string remark_of(const file_row& row) {
    std::string remark;
    const auto add = [&](std::string_view words) {
        remark += fmt::format("{}{}", remark.empty() ? "" : "; ", words);
    };
    if (row.keep_because) add(one_line(*row.keep_because, remark_bytes_max));
    if (row.counts.overtaken > 0)
        add(fmt::format("{} superseded by what was delivered before", row.counts.overtaken));
    if (row.counts.unchanged > 0) add(unchanged_text(row.counts.unchanged, "{} unchanged"));
    if (!row.remark.empty()) add(one_line(row.remark, remark_bytes_max));
    if (!row.settled) add("not settled yet");
    return remark;
}

std::string example_text(const report_reasons::example& example, const span_report& report) {
    const auto name = report.names.find(example.file);
    return fmt::format("{}  object {}  {} line {}", example.letter,
                       example.object_id.empty() ? "?" : example.object_id,
                       name == report.names.end() ? "" : one_line(name->second, name_bytes_max),
                       example.line);
}

std::string day_text(const span_report& report) {
    if (!report.today) return {};
    const auto& [requests, allowed, remaining, ends] = *report.today;
    return fmt::format("{}{}{}, until {}", counted(requests, "request"),
                       allowed ? fmt::format(" of {}", *allowed) : "",
                       remaining ? fmt::format("; the account has {} left", *remaining) : "",
                       shown_time(ends));
}

std::string park_text(const park_row& park) {
    return fmt::format("{} since {}: {}", to_string(park.reason), shown_time(park.since),
                       one_line(park.words, remark_bytes_max));
}

std::string report_files_text(const report_files& files) {
    if (files.all() == 0) return {};
    text_table table({">file", "lane", ">records", ">delivered", ">superseded", ">dead", ">pending",
                      "+name", "+remark"});
    for (const file_row& row : files.troubled()) {
        const report_counts counts = counts_of(row);
        table.add({std::to_string(row.number), std::string(lane_name(row.lane)),
                   std::to_string(counts.records_in), std::to_string(counts.fates.delivered),
                   std::to_string(counts.fates.superseded), std::to_string(counts.fates.dead),
                   std::to_string(counts.pending), printable(row.name), remark_of(row)});
    }
    std::string text = table.text(text_columns);
    const std::uint64_t more = files.all() - files.troubled().size();
    const report_counts rest = files.rest();
    if (more > 0)
        text += folded(fmt::format("and {} with less trouble: {}, delivered {}, superseded {}{}, "
                                   "dead {}, pending {}",
                                   counted(more, "file"), counted(rest.records_in, "record"),
                                   rest.fates.delivered, rest.fates.superseded,
                                   unchanged_text(rest.fates.unchanged, ", unchanged {}"),
                                   rest.fates.dead, rest.pending),
                       4);
    return text;
}

std::string report_text(const span_report& report) {
    std::string text = named("report", fmt::format("from {} to {}", shown_time(report.span.since),
                                                   shown_time(report.span.until)));
    text += named("queue", printable(report.queue));
    if (report.history_from)
        text += named("note", fmt::format("what was settled before {} is no longer known "
                                          "(state.history)",
                                          shown_time(*report.history_from)));
    if (!report.ended.empty()) text += named("ended", report.ended);
    text += '\n';
    add_counts(report, text);
    add_requests(report, text);
    add_reasons(report, text);
    if (const std::string files = report_files_text(report.files); !files.empty())
        text += "\nFiles, the most trouble first\n" + files;
    return text;
}

} // namespace hubspool
