#include "app/online_check.hpp"
#include "base/json_writer.hpp"
#include "base/log.hpp"
#include "cli/check/check_findings.hpp"
#include "cli/check/path_access.hpp"
#include "cli/commands/commands.hpp"
#include "cli/printing.hpp"
#include "cli/state_owner.hpp"
#include "config/settings_yaml.hpp"
#include "os/core_dump.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

namespace hubspool {

namespace {

void print_json(const command_context& context, const std::vector<finding>& found, bool fit) {
    json_writer json;
    json.begin_object().key("fit").value(fit).key("configuration").value(context.config_path);
    json.key("findings").begin_array();
    // The same findings as for people, with a word for the level.
    for (const finding& one : found) {
        json.begin_object()
            .key("level")
            .value(to_string(one.level))
            .key("subject")
            .value(one.subject);
        json.key("words").value(one.words).end_object();
    }
    json.end_array().key("settings_yaml").value(to_yaml(context.options)).end_object();
    print_json(json);
}

void print_findings(const command_context& context, const std::vector<finding>& found, bool fit) {
    print("# The effective settings, from {}:\n{}\n", context.config_path,
          to_yaml(context.options));
    for (const finding& one : found)
        print("{:<8} {:<10} {}\n", to_string(one.level), one.subject, one.words);
    print("{}\n", fit ? "hubspool can run like this"
                      : "hubspool cannot run like this: see the errors above");
}

// Before the service's start systemd hands it to the journal, which wants one line each.
void say_errors(const std::vector<finding>& found) {
    for (const finding& one : found) {
        if (one.level != finding::error) continue;
        const std::string words = fmt::format("cannot run: {}: {}", one.subject, one.words);
        if (log::goes_to_journal())
            log::error(words);
        else
            complain(exit_failed, words);
    }
}

} // namespace

int run_check(const command_context& context, const check_arguments& arguments) {
    // With the service's rights, so that what it cannot read shows here.
    if (auto became = become_service_user(context.options); !became)
        return complain(exit_failed, became.error().message);
    // The token is read from here on.
    refuse_core_dumps();
    std::vector<finding> found = check_everything(context.options, arguments.quiet);
    // It was loaded with the rights of who called.
    if (const auto why = why_not_readable(context.config_path))
        found.insert(found.begin(), {finding::error, "settings", *why});
    if (arguments.online) {
        std::vector<finding> more = check_online(context.options);
        found.insert(found.end(), std::make_move_iterator(more.begin()),
                     std::make_move_iterator(more.end()));
    }
    const bool fit = std::none_of(found.begin(), found.end(),
                                  [](const finding& one) { return one.level == finding::error; });
    if (arguments.quiet)
        say_errors(found);
    else
        context.json ? print_json(context, found, fit) : print_findings(context, found, fit);
    return fit ? exit_done : exit_failed;
}

} // namespace hubspool
