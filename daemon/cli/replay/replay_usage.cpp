#include "cli/replay/replay_usage.hpp"

#include "cli/time_argument.hpp"

#include <fmt/core.h>

#include <optional>

namespace hubspool {

namespace {

constexpr const char* replay_footer =
    "FILE is a file in done/, its name, the name that its producer gave it, or its\n"
    "number. By time those are chosen that had come by --until and were not\n"
    "settled before --since: of each something may have been delivered then.\n\n"
    "What HubSpot has acknowledged since wins, field by field; the rest is sent\n"
    "once more. So a replay may be repeated, and puts nothing back. Without\n"
    "--execute only the plan is shown.\n\n"
    "With --execute the selection is kept as a job, one at a time, which goes on\n"
    "over restarts: the daemon, or `drain`, puts its files into the bulk lane, a\n"
    "few at a time. Files in rejected/ are not replayed: mend and submit them.\n"
    "Exit code 1: nothing is chosen, or not all that was named is there.";
constexpr const char* job_footer =
    "What is in the queue already is sent; that is little, but for one large file.";

} // namespace

void replay_usage::add(CLI::App& app, const command_adder& add_command, bool& json) {
    CLI::App* const replay = add_command(
        app, "replay", "Send settled files once more, as a job that goes on",
        [&](const command_context& context) { return run_replay(context, arguments_); });
    replay->add_option("files", arguments_.files, "Settled files")->type_name("FILE");
    add_text(replay, "--since", since_, "Files not settled before this time")->type_name("TIME");
    add_text(replay, "--until", until_, "Files that had come by this time; else now")
        ->type_name("TIME");
    replay->add_option("--object", arguments_.object_ids, "Only records of this objectId")
        ->type_name("ID")
        ->allow_extra_args(false);
    add_text(replay, "--lane", lane_, "Only files of this lane")->type_name("live|bulk");
    replay->add_flag("--failed-only", arguments_.failed_only,
                     "Only records that became dead letters");
    CLI::Option* const dry =
        replay->add_flag("--dry-run", dry_run_, "Only show the plan, as without --execute");
    replay->add_flag("--execute", arguments_.execute, "Do it")->excludes(dry);
    add_text(replay, "--reason", arguments_.reason, "Why, for who looks at the job later")
        ->type_name("TEXT");
    add_text(replay, "--max-requests-per-window", arguments_.requests_max,
             "For the bulk lane meanwhile; or a share, as 25%")
        ->type_name("N");
    replay->add_flag("--as-newest", arguments_.as_newest,
                     "Send it whatever HubSpot has newer; asks");
    replay->add_flag("-y,--yes", arguments_.yes, "Do not ask");
    replay->add_flag("--json", json, "Print JSON");
    replay->footer(replay_footer);
    add_jobs(*replay, add_command, json);
}

void replay_usage::add_jobs(CLI::App& replay, const command_adder& add_command, bool& json) {
    CLI::App* const list = add_command(replay, "list", "All replays", run_replay_list);
    list->add_flag("--json", json, "Print JSON, an object a line");
    const auto add_one = [&](const char* name, const char* what,
                             int (*run)(const command_context&, const replay_arguments&)) {
        CLI::App* const one =
            add_command(replay, name, what, [this, run](const command_context& context) {
                return run(context, arguments_);
            });
        one->add_option("id", arguments_.id, "Of the replay, as list prints it")
            ->type_name("ID")
            ->required();
        return one;
    };
    add_one("show", "How far a replay is", run_replay_show)->add_flag("--json", json, "Print JSON");
    add_one("pause", "Put no more of its files into the queue", run_replay_pause)
        ->footer(job_footer);
    add_one("resume", "Go on with a replay that was paused", run_replay_resume);
    add_one("cancel", "End a replay", run_replay_cancel)->footer(job_footer);
}

std::string replay_usage::settle(wall_time now) {
    if (!since_.empty()) arguments_.since = parse_time(since_, now);
    if (!since_.empty() && !arguments_.since) return wrong_time("--since", since_);
    if (!until_.empty()) arguments_.until = parse_time(until_, now);
    if (!until_.empty() && !arguments_.until) return wrong_time("--until", until_);
    if (lane_ == "live") arguments_.only = lane::live;
    if (lane_ == "bulk") arguments_.only = lane::bulk;
    if (!lane_.empty() && !arguments_.only)
        return fmt::format("--lane {}: there are live and bulk", lane_);
    return {};
}

} // namespace hubspool
