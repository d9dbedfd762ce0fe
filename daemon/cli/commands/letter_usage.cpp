#include "cli/commands/letter_usage.hpp"

#include "cli/time_argument.hpp"

#include <fmt/core.h>

#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t rows_most = 1000000000;
constexpr std::size_t rows_shown = 10000; // without -n, for people

constexpr const char* list_footer =
    "ID is FILE:OFFSET, the place of the newest record; it stays the same.\n"
    "With --json each line is an object: id, object_id, category, reason, batch,\n"
    "content, records (file, name, line, offset, size, ordinal, count,\n"
    "reference), died, http_status, correlation_id, advice.";
constexpr const char* export_footer =
    "One JSON object a line, as `submit` takes it, from old to new. The producer's\n"
    "id is kept as \"$hubspool\".id. Repair and submit:\n\n"
    "  hubspool dead-letters export --category VALIDATION_ERROR |\n"
    "      sed 's/\"colour\"/\"color\"/' | hubspool submit -\n\n"
    "A repaired record is a new record, and the newest wins: it overwrites values\n"
    "of the same fields that were delivered since. `hubspool trace --object ID`\n"
    "shows these. The dead letters stay until they are dropped.\n"
    "Exit code 3: some are no JSON objects, and were left out.";
constexpr const char* drop_footer =
    "What is dropped is first written, durably, into a file beside\n"
    "dead-letters.ndjson, whose name is printed. The counts of what died stay.\n"
    "Nothing chosen is nothing dropped. On a terminal it asks; scripts say --yes:\n\n"
    "  hubspool dead-letters list --json | jq -r 'select(.batch < 100).id' |\n"
    "      hubspool dead-letters drop --yes -";

constexpr const char* trace_footer =
    "Told are the batches of state.history that settled a change of the object,\n"
    "with HubSpot's status and correlation id, and the fields that were sent.\n"
    "Which records these were is read from the files, as long as they are kept\n"
    "(queue.retention). Attempts that failed and were repeated are not kept by\n"
    "object. Values are not told: HubSpot has the present ones.\n"
    "With --json each line is an object with a type: batch, record, dead_letter,\n"
    "and at the end: end. Ctrl-C ends the search and prints what was found.\n"
    "Exit code 1: nothing is known of it. 4: the search was interrupted.";

std::string wrong_time(std::string_view option, std::string_view text) {
    return fmt::format("{} {}: not a time; write \"2026-11-23 10:00\", today, \"2h ago\" or -2h",
                       option, text);
}

} // namespace

void letter_usage::add(CLI::App& app, const command_adder& add_command, bool& json) {
    CLI::App* const dead =
        app.add_subcommand("dead-letters", "What could not be delivered: list, show, export, drop");
    dead->fallthrough();
    add_list(*dead, add_command, json);
    add_show(*dead, add_command, json);
    add_export(*dead, add_command);
    add_drop(*dead, add_command, json);
    add_trace(app, add_command, json);
}

void letter_usage::add_filter(CLI::App* to) {
    letter_filter& filter = arguments_.filter;
    add_text(to, "--category", filter.category, "Of this category, such as VALIDATION_ERROR")
        ->type_name("NAME");
    add_text(to, "--reason", filter.reason, "With this in the reason or the category")
        ->type_name("TEXT");
    add_text(to, "--object", filter.object_id, "Of this objectId")->type_name("ID");
    add_text(to, "--file", filter.file, "Of this file")->type_name("NAME|NUMBER");
    add_text(to, "--since", since_, "Died since this time, such as today or -2h")
        ->type_name("TIME");
    add_text(to, "--until", until_, "Died before this time")->type_name("TIME");
}

void letter_usage::add_list(CLI::App& dead, const command_adder& add_command, bool& json) {
    CLI::App* const list =
        add_command(dead, "list", "All of them, by reason", [&](const command_context& context) {
            arguments_.rows_max = rows_ != 0 ? rows_ : context.json ? rows_most : rows_shown;
            return run_dead_letters_list(context, arguments_);
        });
    add_filter(list);
    list->add_flag("--each", arguments_.each, "A line for each, from old to new");
    list->add_option("-n,--rows", rows_, "The newest ROWS at most")
        ->type_name("ROWS")
        ->check(CLI::Range(std::size_t{1}, rows_most));
    list->add_flag("--json", json, "Print JSON, an object a line");
    list->footer(list_footer);
}

void letter_usage::add_show(CLI::App& dead, const command_adder& add_command, bool& json) {
    CLI::App* const show = add_command(
        dead, "show", "One with its content, its records, and what to do",
        [&](const command_context& context) { return run_dead_letters_show(context, arguments_); });
    show->add_option("id", arguments_.ids, "An id as list prints it, or an objectId")
        ->type_name("ID")
        ->required()
        ->expected(1);
    show->add_flag("--json", json, "Print JSON, an object a line");
}

void letter_usage::add_export(CLI::App& dead, const command_adder& add_command) {
    CLI::App* const out =
        add_command(dead, "export", "The records, one a line, for repair and `submit`",
                    [&](const command_context& context) {
                        return run_dead_letters_export(context, arguments_);
                    });
    out->add_option("ids", arguments_.ids, "Ids as list prints them; - reads them from input")
        ->type_name("ID");
    add_filter(out);
    out->footer(export_footer);
}

void letter_usage::add_drop(CLI::App& dead, const command_adder& add_command, bool& json) {
    CLI::App* const drop = add_command(
        dead, "drop", "Put away what needs no repair any more",
        [&](const command_context& context) { return run_dead_letters_drop(context, arguments_); });
    drop->add_option("ids", arguments_.ids, "Ids as list prints them; - reads them from input")
        ->type_name("ID");
    add_filter(drop);
    drop->add_flag("--all", arguments_.all, "All that there are");
    drop->add_flag("--dry-run", arguments_.dry_run, "Only say what would be dropped");
    drop->add_flag("-y,--yes", arguments_.yes, "Do not ask");
    drop->add_flag("--json", json, "Print JSON");
    drop->footer(drop_footer);
}

void letter_usage::add_trace(CLI::App& app, const command_adder& add_command, bool& json) {
    CLI::App* const trace =
        add_command(app, "trace", "One object's life: its records, batches, dead letters",
                    [&](const command_context& context) {
                        trace_.since = arguments_.filter.since;
                        if (rows_ != 0) trace_.rows_max = rows_;
                        return run_trace(context, trace_);
                    });
    add_text(trace, "--object", trace_.object_id, "The objectId")->type_name("ID")->required();
    add_text(trace, "--field", trace_.field, "Only what sets this property")->type_name("NAME");
    add_text(trace, "--since", since_, "What came since this time, such as today or -2h")
        ->type_name("TIME");
    trace->add_option("-n,--rows", rows_, "The newest ROWS batches at most; else 1000")
        ->type_name("ROWS")
        ->check(CLI::Range(std::size_t{1}, rows_most));
    trace->add_flag("--json", json, "Print JSON, an object a line");
    trace->footer(trace_footer);
}

std::string letter_usage::settle(wall_time now) {
    letter_filter& filter = arguments_.filter;
    if (!since_.empty()) filter.since = parse_time(since_, now);
    if (!since_.empty() && !filter.since) return wrong_time("--since", since_);
    if (!until_.empty()) filter.until = parse_time(until_, now);
    if (!until_.empty() && !filter.until) return wrong_time("--until", until_);
    return {};
}

} // namespace hubspool
