#include "cli/verify/verify_usage.hpp"

#include "cli/time_argument.hpp"

namespace hubspool {

namespace {

constexpr std::size_t objects_most = 1'000'000;
constexpr const char* verify_footer =
    "Asks HubSpot for each object, slowly, and compares it with what HubSpot had\n"
    "acknowledged last, field by field; values come from the files that are kept.\n"
    "Needs the scope crm.objects.marketing_events.read. Changes nothing, and says\n"
    "which command repairs what differs.\n"
    "Exit codes: 0 nothing differs, 3 something does or is not there, 4 not all\n"
    "could be asked or compared, 1 failed, 2 usage or configuration.";

} // namespace

void verify_usage::add(CLI::App& app, const command_adder& add_command, bool& json) {
    CLI::App* const verify = add_command(
        app, "verify", "Does HubSpot still have what was delivered?",
        [&](const command_context& context) { return run_verify(context, arguments_); });
    verify->add_option("--object", arguments_.object_ids, "The objectId; again for each")
        ->type_name("ID")
        ->allow_extra_args(false);
    verify->add_option("--file", arguments_.files, "Objects of a settled file; again for each")
        ->type_name("FILE")
        ->allow_extra_args(false);
    add_text(verify, "--since", since_, "What HubSpot has acknowledged since this time")
        ->type_name("TIME");
    CLI::Option* const sample =
        verify
            ->add_option("--sample", arguments_.sample, "N of what is chosen, else of all objects")
            ->type_name("N")
            ->check(CLI::Range(std::size_t{1}, objects_most));
    verify->add_option("--seed", seed_, "Takes the sample that had it")
        ->type_name("N")
        ->needs(sample);
    verify->add_option("--max-requests", arguments_.requests_max, "Ask for so many; else for 1000")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, objects_most));
    verify->add_flag("--json", json, "Print JSON, an object a line");
    verify->footer(verify_footer);
}

std::string verify_usage::settle(wall_time now) {
    if (!since_.empty()) arguments_.since = parse_time(since_, now);
    if (!since_.empty() && !arguments_.since) return wrong_time("--since", since_);
    // Another one each time; short enough to be typed.
    constexpr std::int64_t seeds = 1'000'000;
    arguments_.seed =
        seed_.value_or(static_cast<std::uint64_t>(now.time_since_epoch().count() % seeds));
    return {};
}

} // namespace hubspool
