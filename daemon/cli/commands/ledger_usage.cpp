#include "cli/commands/ledger_usage.hpp"

namespace hubspool {

namespace {

constexpr const char* ledger_show_footer =
    "For each field: from when the value is that HubSpot acknowledged last, and in\n"
    "which file and record it stood. What is older is superseded, and not sent.\n"
    "The values themselves are not kept.\n"
    "Exit code 1: nothing of it was acknowledged, or the history does not go back.";
constexpr const char* ledger_check_footer =
    "Makes a second ledger from the history, beside the first, and compares them.\n"
    "Changes nothing. Exit code 1: they differ, or there is no ledger of this\n"
    "history yet.";
constexpr const char* ledger_rebuild_footer =
    "Not while a daemon runs; that makes the ledger anew by itself when it is\n"
    "missing or damaged. Nothing is lost by it: the history has all.";

} // namespace

void ledger_usage::add(CLI::App& app, const command_adder& add_command, bool& json) {
    CLI::App* const ledger =
        app.add_subcommand("ledger", "What HubSpot acknowledged last: show, check, rebuild");
    ledger->fallthrough();
    CLI::App* const show = add_command(
        *ledger, "show", "From when each field of an object is",
        [&](const command_context& context) { return run_ledger_show(context, arguments_); });
    add_text(show, "object", arguments_.object_id, "The objectId")->type_name("OBJECT")->required();
    show->add_flag("--json", json, "Print JSON");
    show->footer(ledger_show_footer);
    CLI::App* const check = add_command(
        *ledger, "check", "Hold it against the history of the batches", run_ledger_check);
    check->add_flag("--json", json, "Print differences as JSON, an object a line");
    check->footer(ledger_check_footer);
    add_command(*ledger, "rebuild", "Make it anew from the history", run_ledger_rebuild)
        ->footer(ledger_rebuild_footer);
}

} // namespace hubspool
