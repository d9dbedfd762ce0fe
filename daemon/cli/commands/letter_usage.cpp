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
    "reference), values (field, custom, order, record), died, http_status,\n"
    "correlation_id, held, retried, retry_file, struck, struck_batch,\n"
    "died_again_as, advice.";
constexpr const char* export_footer =
    "One JSON object a line, as `submit` takes it, from old to new. The producer's\n"
    "id is kept as \"$hubspool\".id. Repair and submit:\n\n"
    "  hubspool dead-letters export --category VALIDATION_ERROR |\n"
    "      sed 's/\"colour\"/\"color\"/' | hubspool submit -\n\n"
    "This does what `retry` does: each record says by its \"$hubspool\".order how old\n"
    "its values are, and what was delivered since stands; the dead letters are\n"
    "struck when their records are delivered. Leave the order as it is.\n"
    "Exit code 3: some were left out, and why.";
constexpr const char* retry_footer =
    "A dead letter goes once more as a file in bulk/, with a record for each age\n"
    "among its values: what was delivered since stands, and so a second retry does\n"
    "no harm. It is struck when each of these records is delivered or superseded.\n"
    "Where one dies again, the new dead letter stands for the old one.\n"
    "too_late and in_doubt may be older than what HubSpot has: they go only with\n"
    "--as-newest, which overwrites that. Held ones are left alone.\n\n"
    "  hubspool dead-letters retry --reason colour --rename-property colour=color\n"
    "  hubspool dead-letters list --json | jq -r 'select(.batch < 100).id' |\n"
    "      hubspool dead-letters retry -\n\n"
    "Exit code 3: some cannot be sent, and why.";
constexpr const char* hold_footer =
    "A held letter is one that somebody has in hand: `retry` and `drop` leave it\n"
    "alone, and refuse it by its id, until `release`.";
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
    "At the end stands what HubSpot acknowledged last, as the ledger says.\n"
    "With --json each line is an object with a type: batch, record, dead_letter,\n"
    "ledger, and at the end: end. Ctrl-C ends the search and prints what was found.\n"
    "Exit code 1: nothing is known of it. 4: the search was interrupted.";

} // namespace

void letter_usage::add(CLI::App& app, const command_adder& add_command, bool& json) {
    CLI::App* const dead =
        app.add_subcommand("dead-letters", "What could not be delivered: list, show, retry, ...");
    dead->fallthrough();
    add_list(*dead, add_command, json);
    add_show(*dead, add_command, json);
    add_export(*dead, add_command);
    add_retry(*dead, add_command, json);
    add_drop(*dead, add_command, json);
    add_hold(*dead, add_command, json);
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
    to->add_flag("--held", filter.held, "Only those that are held");
}

void letter_usage::add_list(CLI::App& dead, const command_adder& add_command, bool& json) {
    CLI::App* const list =
        add_command(dead, "list", "All of them, by reason", [&](const command_context& context) {
            arguments_.rows_max = rows_ != 0 ? rows_ : context.json ? rows_most : rows_shown;
            return run_dead_letters_list(context, arguments_);
        });
    add_filter(list);
    list->add_flag("--struck", arguments_.struck, "Those that were struck, not the open ones");
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
    out->add_flag("--as-newest", arguments_.edits.as_newest,
                  "They overwrite what is newer in HubSpot");
    out->footer(export_footer);
}

// The letters that a command changes.
void letter_usage::add_choice(CLI::App* to) {
    to->add_option("ids", arguments_.ids, "Ids as list prints them; - reads them from input")
        ->type_name("ID");
    add_filter(to);
    to->add_flag("--all", arguments_.all, "All that there are");
}

void letter_usage::add_retry(CLI::App& dead, const command_adder& add_command, bool& json) {
    CLI::App* const retry =
        add_command(dead, "retry", "Send them once more; what is newer by now stands",
                    [&](const command_context& context) {
                        return run_dead_letters_retry(context, arguments_);
                    });
    add_choice(retry);
    retry->add_option("--set", sets_, "Give the property this value")
        ->type_name("PROPERTY=VALUE")
        ->allow_extra_args(false);
    retry->add_option("--rename-property", renames_, "Give the property another name")
        ->type_name("OLD=NEW")
        ->allow_extra_args(false);
    retry->add_flag("--as-newest", arguments_.edits.as_newest,
                    "Overwrite what is newer in HubSpot");
    retry->add_flag("--dry-run", arguments_.dry_run, "Only say what would be sent");
    retry->add_flag("-y,--yes", arguments_.yes, "Do not ask");
    retry->add_flag("--json", json, "Print JSON");
    retry->footer(retry_footer);
}

void letter_usage::add_hold(CLI::App& dead, const command_adder& add_command, bool& json) {
    CLI::App* const hold = add_command(
        dead, "hold", "Keep them from retry and drop",
        [&](const command_context& context) { return run_dead_letters_hold(context, arguments_); });
    CLI::App* const release =
        add_command(dead, "release", "Give held ones free", [&](const command_context& context) {
            return run_dead_letters_release(context, arguments_);
        });
    for (CLI::App* const each : {hold, release}) {
        add_choice(each);
        each->add_flag("--json", json, "Print JSON");
        each->footer(hold_footer);
    }
}

void letter_usage::add_drop(CLI::App& dead, const command_adder& add_command, bool& json) {
    CLI::App* const drop = add_command(
        dead, "drop", "Put away what needs no repair any more",
        [&](const command_context& context) { return run_dead_letters_drop(context, arguments_); });
    add_choice(drop);
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
    // ALL in the place of an id is a person's way to say --all.
    if (arguments_.ids == std::vector<std::string>{"ALL"}) {
        arguments_.ids.clear();
        arguments_.all = true;
    }
    return settle_edits();
}

std::string letter_usage::settle_edits() {
    for (const std::string& text : sets_) {
        const std::size_t sign = text.find('=');
        if (sign == std::string::npos || sign == 0)
            return fmt::format("--set {}: write it as PROPERTY=VALUE", text);
        arguments_.edits.set.push_back({text.substr(0, sign), text.substr(sign + 1)});
    }
    for (const std::string& text : renames_) {
        const std::size_t sign = text.find('=');
        if (sign == std::string::npos || sign == 0 || sign + 1 == text.size())
            return fmt::format("--rename-property {}: write it as OLD=NEW", text);
        arguments_.edits.rename.push_back({text.substr(0, sign), text.substr(sign + 1)});
    }
    return {};
}

} // namespace hubspool
