#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/replay/replay_words.hpp"
#include "cli/replay/staging_place.hpp"
#include "cli/state_owner.hpp"
#include "cli/terminal.hpp"
#include "state/replay/replay_jobs.hpp"

#include <fmt/core.h>

#include <unistd.h>

namespace hubspool {

namespace {

constexpr std::size_t skipped_told = 20;
constexpr std::size_t chosen_bytes = 60;

result<replay_jobs> open_jobs(const command_context& context, replay_jobs::access how) {
    if (auto became = become_state_owner(context.options); !became) return became.error();
    return open_what_is_made(
        context.options, [&] { return replay_jobs::open(context.options.state.directory, how); });
}

result<replay_job> find_job(replay_jobs& jobs, std::uint64_t id) {
    auto found = jobs.find(id);
    if (!found) return found.error();
    if (!*found)
        return failure{fmt::format("there is no replay {}: `hubspool replay list` shows those "
                                   "there are",
                                   id)};
    return std::move(**found);
}

void put_skipped(json_writer& json, const skipped_files& skipped) {
    json.key("left_out").begin_array();
    for (const auto& [source, why] : skipped)
        json.begin_object().key("file").value(source).key("why").value(why).end_object();
    json.end_array();
}

// What follows when it is held or ended.
void tell_rest(const command_context& context, const replay_job& job,
               const replay_progress& progress, replay_wish what) {
    const std::uint64_t open = progress.begun - progress.settled;
    if (what == replay_wish::go_on) {
        print("replay {} goes on{}\n", job.id,
              find_daemon(context.options) ? ""
                                           : " with the next `hubspool run` or `drain`: no "
                                             "hubspool works on this queue now");
        return;
    }
    print("replay {} is {}: no more of its files go into the queue; what is there already is "
          "sent{}\n",
          job.id, what == replay_wish::pause ? "paused" : "cancelled",
          open == 0 ? ""
                    : fmt::format(", such as {} that {} being delivered", counted(open, "file"),
                                  open == 1 ? "is" : "are"));
    if (what == replay_wish::pause) print("`hubspool replay resume {}` goes on\n", job.id);
}

int wish(const command_context& context, const replay_arguments& arguments, replay_wish what) {
    auto jobs = open_jobs(context, replay_jobs::access::change);
    if (!jobs) return complain(exit_failed, jobs.error().message);
    const auto job = find_job(*jobs, arguments.id);
    if (!job) return complain(exit_failed, job.error().message);
    const auto progress = jobs->progress_of(job->id);
    if (!progress) return complain(exit_failed, progress.error().message);
    const auto first = jobs->files_of(job->id, 0, 1);
    if (!first) return complain(exit_failed, first.error().message);
    // What is done stays so, though whoever puts its files into the queue has not noted it yet.
    const auto heard =
        progress->is_done(*job) ? result<bool>(false) : jobs->wish(job->id, what, wall_now());
    if (!heard) return complain(exit_failed, heard.error().message);
    if (!*heard)
        return complain(exit_failed,
                        fmt::format("replay {} is {} already", job->id, state_of(*job, *progress)));
    if (what == replay_wish::cancel && !first->empty() && first->front().staged)
        remove_staged(context.options.state.directory, first->front().source);
    tell_rest(context, *job, *progress, what);
    return exit_done;
}

} // namespace

int run_replay_list(const command_context& context) {
    auto jobs = open_jobs(context, replay_jobs::access::look);
    if (!jobs) return complain(exit_failed, jobs.error().message);
    const auto all = jobs->load();
    if (!all) return complain(exit_failed, all.error().message);
    text_table table({">id", "begun", "state", ">files", ">settled", "+chosen"});
    for (const replay_job& job : *all) {
        const auto progress = jobs->progress_of(job.id);
        if (!progress) return complain(exit_failed, progress.error().message);
        if (context.json) {
            json_writer json;
            json.begin_object();
            put_job(json, job, *progress);
            json.end_object();
            print_json(json);
            continue;
        }
        table.add({std::to_string(job.id), shown_time(job.created),
                   std::string(state_of(job, *progress)), std::to_string(job.files),
                   std::to_string(progress->settled), one_line(job.chosen, chosen_bytes)});
    }
    if (context.json) return exit_done;
    if (all->empty())
        print("there is no replay\n");
    else
        print_text(table.text(terminal_width(STDOUT_FILENO)));
    return exit_done;
}

int run_replay_show(const command_context& context, const replay_arguments& arguments) {
    auto jobs = open_jobs(context, replay_jobs::access::look);
    if (!jobs) return complain(exit_failed, jobs.error().message);
    const auto job = find_job(*jobs, arguments.id);
    if (!job) return complain(exit_failed, job.error().message);
    const auto progress = jobs->progress_of(job->id);
    if (!progress) return complain(exit_failed, progress.error().message);
    const auto skipped = jobs->skipped_of(job->id, skipped_told);
    if (!skipped) return complain(exit_failed, skipped.error().message);
    if (!context.json) {
        const bool has_daemon = find_daemon(context.options).has_value();
        print_text(job_text(*job, *progress, *skipped, has_daemon));
        return exit_done;
    }
    json_writer json;
    json.begin_object();
    put_job(json, *job, *progress);
    put_skipped(json, *skipped);
    json.end_object();
    print_json(json);
    return exit_done;
}

int run_replay_pause(const command_context& context, const replay_arguments& arguments) {
    return wish(context, arguments, replay_wish::pause);
}

int run_replay_resume(const command_context& context, const replay_arguments& arguments) {
    return wish(context, arguments, replay_wish::go_on);
}

int run_replay_cancel(const command_context& context, const replay_arguments& arguments) {
    return wish(context, arguments, replay_wish::cancel);
}

} // namespace hubspool
