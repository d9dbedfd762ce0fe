#include "cli/health/health_usage.hpp"

#include "config/units.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace hubspool {

namespace {

constexpr std::array<std::string_view, 4> health_forms{"text", "json", "prometheus", "nagios"};
constexpr const char* health_footer =
    "Critical: a park, HubSpot out of reach, a daemon that does not move, a change\n"
    "that waits for longer than --age-critical. Warning: --age-warn, a start, an\n"
    "end. Where nothing runs, the age is that of the files that wait.\n"
    "Exit codes, as the plugins of Nagios have them: 0 well, 1 warning, 2 critical,\n"
    "3 not known; wrong usage or configuration is 2, too.";

std::string read_limit(const char* option, const std::string& text,
                       std::optional<milliseconds>& to) {
    if (text.empty()) return {};
    to = parse_duration(text);
    return to ? std::string()
              : fmt::format("{} {}: write a duration, such as 15m or 2h", option, text);
}

} // namespace

void health_usage::add(CLI::App& app, const command_adder& add_command) {
    CLI::App* const health = add_command(
        app, "health", "Is all well? For monitoring that asks a command",
        [&](const command_context& context) { return run_health(context, arguments_); });
    add_text(health, "--format", arguments_.format, "text (else), json, prometheus or nagios")
        ->type_name("FORM");
    add_text(health, "--age-warn", warning_, "Warn when a change waits for longer")
        ->type_name("TIME");
    add_text(health, "--age-critical", critical_, "Critical; else metrics.ready_age_max")
        ->type_name("TIME");
    health->footer(health_footer);
}

std::string health_usage::settle() {
    const auto& form = arguments_.format;
    if (std::find(health_forms.begin(), health_forms.end(), form) == health_forms.end())
        return fmt::format("--format {}: there are text, json, prometheus and nagios", form);
    if (auto wrong = read_limit("--age-warn", warning_, arguments_.limits.warning); !wrong.empty())
        return wrong;
    return read_limit("--age-critical", critical_, arguments_.limits.critical);
}

} // namespace hubspool
