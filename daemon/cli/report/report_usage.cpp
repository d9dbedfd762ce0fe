#include "cli/report/report_usage.hpp"

#include "cli/time_argument.hpp"

#include <fmt/core.h>

namespace hubspool {

namespace {

constexpr const char* report_footer =
    "Files that were settled since then, and those that are not settled yet: their\n"
    "records by fate, dead letters by reason, requests hour by hour. For a mail, at\n"
    "any time, with or without a daemon. Reads the state only.";

} // namespace

void report_usage::add(CLI::App& app, const command_adder& add_command) {
    CLI::App* const report = add_command(
        app, "report", "What became of a night, or of any other time",
        [&](const command_context& context) { return run_report(context, arguments_); });
    add_text(report, "--since", since_, "Since this time; else yesterday")->option_text("TIME");
    add_text(report, "--until", until_, "Before this time; else now")->option_text("TIME");
    add_text(report, "--format", form_, "text of 80 columns, html or json")->option_text("FORM");
    report->footer(report_footer);
}

std::string report_usage::settle(wall_time now) {
    const auto since = parse_time(since_, now);
    if (!since) return wrong_time("--since", since_);
    arguments_.since = *since;
    if (!until_.empty()) arguments_.until = parse_time(until_, now);
    if (!until_.empty() && !arguments_.until) return wrong_time("--until", until_);
    if (arguments_.until.value_or(now) <= *since)
        return fmt::format("--since {}: that is not before {}", since_,
                           until_.empty() ? "now" : until_);
    const auto form = form_named(form_);
    if (!form) return fmt::format("--format {}: there are text, html and json", form_);
    arguments_.form = *form;
    return {};
}

} // namespace hubspool
