#include "cli/fates/fates_usage.hpp"

#include "cli/time_argument.hpp"

#include <fmt/core.h>

namespace hubspool {

namespace {

constexpr const char* fates_footer =
    "A line a record, in the order in which fates became durable: delivered,\n"
    "superseded (by what went with it), overtaken (by what had been delivered\n"
    "before) or dead. Each line begins with a cursor: --after it goes on behind\n"
    "that line, so that a reader that was killed misses and repeats nothing.\n"
    "Object and id are read in the record's file; when that is gone they are empty.\n"
    "Exit code 1: also when the history does not go back to the cursor any more, or\n"
    "is another one than its.";

} // namespace

void fates_usage::add(CLI::App& app, const command_adder& add_command) {
    CLI::App* const fates =
        add_command(app, "fates", "What became of each record, for who takes it in elsewhere",
                    [&](const command_context& context) { return run_fates(context, arguments_); });
    CLI::Option* const since =
        add_text(fates, "--since", since_, "From the first batch that finished since then on")
            ->type_name("TIME");
    add_text(fates, "--after", after_, "Go on behind the line that has this cursor")
        ->type_name("CURSOR")
        ->excludes(since);
    fates->add_flag("--follow", arguments_.follow, "Go on with what comes, until interrupted");
    add_text(fates, "--format", format_, "ndjson (else), or csv with a heading")->type_name("FORM");
    fates->footer(fates_footer);
}

std::string fates_usage::settle(wall_time now) {
    if (!since_.empty()) arguments_.since = parse_time(since_, now);
    if (!since_.empty() && !arguments_.since) return wrong_time("--since", since_);
    if (!after_.empty()) arguments_.after = parse_cursor(after_);
    if (!after_.empty() && !arguments_.after)
        return fmt::format("--after {}: that is no cursor; a line of fates begins with one",
                           after_);
    arguments_.as_csv = format_ == "csv";
    if (format_ != "csv" && format_ != "ndjson")
        return fmt::format("--format {}: there are ndjson and csv", format_);
    return {};
}

} // namespace hubspool
