#include "app/instance.hpp"
#include "app/run_daemon.hpp"
#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "base/log.hpp"
#include "cli/commands/commands.hpp"
#include "cli/drain/drain_progress.hpp"
#include "cli/drain/drain_wait.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/state_owner.hpp"
#include "cli/status/status_report.hpp"
#include "config/units.hpp"
#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <thread>

namespace hubspool {

namespace {

constexpr int busy_tries_max = 10;
constexpr std::chrono::milliseconds busy_again_after{200};

// What was not dealt with, as far as files and state tell.
void put_left(json_writer& json, const settings& options) {
    json.key("left");
    const auto report = make_status_report(options);
    if (!report) {
        json.null();
        return;
    }
    json.begin_object().key("open_files").value(report->open_files);
    json.key("waiting_files").value(report->waiting.files);
    json.key("unread_bytes").value(report->unread.bytes);
    json.key("pending").value(report->totals.pending).end_object();
}

void print_left(const settings& options) {
    const auto report = make_status_report(options);
    if (!report) return;
    print("left: {} in cur/, {} unclaimed; {} unread, and {} read that have no fate yet\n",
          counted(report->open_files, "file"), report->waiting.files,
          size_text(report->unread.bytes), counted(report->totals.pending, "record"));
}

std::string summary_json(const command_context& context, const run_result& ended) {
    json_writer json;
    json.begin_object().key("exit_code").value(ended.exit_code).key("why").value(ended.why);
    json.key("queue").value(context.options.queue.directory);
    json.key("delivered")
        .value(ended.totals.delivered)
        .key("superseded")
        .value(ended.totals.superseded);
    json.key("dead_lettered")
        .value(ended.totals.dead_lettered)
        .key("overtaken")
        .value(ended.totals.overtaken)
        .key("rejected_files")
        .value(ended.rejected_files)
        .key("requests")
        .value(ended.requests);
    put_left(json, context.options);
    json.key("took_ms").value(ended.took.count()).key("finished").value(iso_time(wall_now()));
    json.end_object();
    return json.text() + '\n';
}

void print_summary(const command_context& context, const run_result& ended) {
    // The summary is not worth waiting for a reader that never comes.
    if (!printing_has_room()) {
        complain(ended.exit_code, "nobody reads standard output: the summary is left out");
        return;
    }
    if (context.json) {
        print_text(summary_json(context, ended));
        return;
    }
    print("delivered {}, superseded {}{}, dead-lettered {}; {} in {:.1f} s\n",
          counted(ended.totals.delivered, "record"), ended.totals.superseded,
          overtaken_text(ended.totals.overtaken), ended.totals.dead_lettered,
          counted(ended.requests, "request"), static_cast<double>(ended.took.count()) / 1000.0);
    if (ended.exit_code == exit_stopped) print_left(context.options);
    if (ended.totals.dead_lettered > 0)
        print("`hubspool dead-letters list -c {}` shows what could not be delivered\n",
              context.config_path);
    if (ended.rejected_files > 0)
        print("{} went to rejected/, not or not wholly read; `hubspool files --failed -c {}` "
              "shows why\n",
              counted(ended.rejected_files, "file"), context.config_path);
}

run_result failed(const failure& why) {
    return {exit_failed, why.message, {}, 0, {}, 0};
}

// Drains, or waits for the hubspool that works on the queue; when that one ends first, drains after
// all.
run_result drain(const settings& options, const drain_arguments& arguments) {
    // The deadline counts from the call, not from each try.
    const boot_time started = boot_now();
    int tries = 0;
    while (true) {
        drain_options how;
        how.requests_max = arguments.requests_max;
        how.only = arguments.only;
        how.tells_each_batch = arguments.verbose || log::goes_to_journal();
        // What is left of it for this try.
        if (arguments.deadline)
            how.deadline = std::max(milliseconds(0), *arguments.deadline - (boot_now() - started));
        auto opened = open_instance(options);
        // Nobody else works on the queue: drain it.
        if (opened) {
            for (const std::string& sentence : unsafe_conditions(**opened)) log::warning(sentence);
            const drain_progress progress(options, arguments.quiet);
            return run_daemon(**opened, how);
        }
        // Any other failure is final; these two mean that somebody holds the queue or the state.
        const int code = opened.error().code;
        if (code != EBUSY && code != EWOULDBLOCK) return failed(opened.error());
        const auto other = find_daemon(options);
        // What that one reads and sends is not this call's to choose.
        if (other && (arguments.requests_max || arguments.only))
            return failed({fmt::format("process {} works on this queue; --max-requests and --lane "
                                       "are for a drain that sends by itself: stop the other one "
                                       "first, or leave them out",
                                       other->pid),
                           EBUSY});
        auto wait =
            other ? drain_wait::begin(options, how.deadline) : result<drain_wait>(opened.error());
        // Neither ours nor gone.
        if (!wait) {
            // It may be starting or ending just now; or it works on another queue with our token.
            if (++tries >= busy_tries_max) return failed(wait.error());
            std::this_thread::sleep_for(busy_again_after);
            continue;
        }
        const stop_signals signals(signals_of_a_waiting_command(), exit_stopped);
        complain(exit_done,
                 fmt::format("process {} works on this queue: waiting until it has dealt with "
                             "what is queued now",
                             other->pid));
        const drain_progress progress(options, arguments.quiet);
        auto ended = wait->wait(signals);
        if (!ended) return failed(ended.error());
        // Nothing: the daemon ended meanwhile, and this process drains the rest.
        if (*ended) return std::move(**ended);
        if (signals.stopped())
            return {exit_stopped, "stopped by a signal before the queue was empty", {}, 0, {}, 0};
    }
}

// Opened before anything is done, and before root becomes somebody else.
result<owned_descriptor> open_report(const std::string& path) {
    owned_descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    if (!file) return failure{fmt::format("--report {}: {}", path, std::strerror(errno)), errno};
    return file;
}

} // namespace

int run_drain(const command_context& context, const drain_arguments& arguments) {
    // The report's file belongs to whoever called.
    owned_descriptor report;
    if (!arguments.report.empty()) {
        auto opened = open_report(arguments.report);
        if (!opened) return complain(exit_failed, opened.error().message);
        report = std::move(*opened);
    }
    if (arguments.quiet) log::configure_level(log::level::error);
    if (arguments.verbose && context.options.log.level != log_level::debug)
        log::configure_level(log::level::info);
    // From here on with the state owner's rights.
    if (auto became = become_state_owner(context.options, missing_state::made); !became)
        return complain(exit_failed, became.error().message);

    run_result ended = drain(context.options, arguments);
    if (!ended.why.empty()) complain(ended.exit_code, ended.why);
    if (!arguments.quiet) print_summary(context, ended);
    // Last, so that the file says what the exit code says.
    if (report) {
        if (!write_all(report.get(), summary_json(context, ended)))
            return complain(exit_failed,
                            fmt::format("--report {}: {}", arguments.report, std::strerror(errno)));
    }
    return ended.exit_code;
}

} // namespace hubspool
