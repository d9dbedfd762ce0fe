#include "app/instance.hpp"
#include "app/run_daemon.hpp"
#include "base/clocks.hpp"
#include "base/log.hpp"
#include "cli/commands/commands.hpp"
#include "cli/drain/bulk_hold.hpp"
#include "cli/drain/drain_progress.hpp"
#include "cli/drain/drain_summary.hpp"
#include "cli/drain/drain_wait.hpp"
#include "cli/health/metrics_file.hpp"
#include "cli/health/queue_look.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/report/report_file.hpp"
#include "cli/state_owner.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <optional>
#include <thread>

namespace hubspool {

namespace {

constexpr int busy_tries_max = 10;
constexpr std::chrono::milliseconds busy_again_after{200};

void print_summary(const command_context& context, const drain_summary& summary) {
    // The summary is not worth waiting for a reader that never comes.
    if (!printing_has_room())
        complain(summary.ended.exit_code, "nobody reads standard output: the summary is left out");
    else
        print_text(context.json ? summary_json(summary, context.options)
                                : summary_text(summary, context.config_path));
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
            return run_daemon(**opened, how, make_queue_survey(options));
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
        if (other && arguments.full)
            return failed({fmt::format("--full: process {} works on this queue, and leaves out "
                                       "what is unchanged as it is configured: stop it first",
                                       other->pid)});
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

} // namespace

int run_drain(const command_context& context, const drain_arguments& arguments) {
    const wall_time called = wall_now();
    // The report's file belongs to whoever called.
    std::optional<report_file> report;
    if (!arguments.report.empty()) {
        auto opened = report_file::open(arguments.report);
        if (!opened) return complain(exit_failed, opened.error().message);
        report.emplace(std::move(*opened));
    }
    // A file that cannot be written is told, and holds up no night's delivery.
    auto metrics = metrics_file::open(arguments.metrics_file);
    if (!metrics) complain(0, metrics.error().message);
    if (arguments.quiet) log::configure_level(log::level::error);
    if (arguments.verbose && context.options.log.level != log_level::debug)
        log::configure_level(log::level::info);
    // From here on with the state owner's rights.
    if (auto became = become_state_owner(context.options, missing_state::made); !became)
        return complain(exit_failed, became.error().message);

    if (arguments.only != lane::live) {
        if (auto released = release_bulk(context.options); !released)
            return complain(exit_failed, released.error().message);
    }
    settings options = context.options;
    // Nothing is then so fresh that it need not be sent.
    if (arguments.full) options.records.unchanged_max_age = milliseconds(0);
    run_result ended = drain(options, arguments);
    if (!ended.why.empty()) complain(ended.exit_code, ended.why);
    const drain_summary summary = sum_up_drain(context.options, std::move(ended), called);
    if (!arguments.quiet) print_summary(context, summary);
    // Last, so that the file says what the exit code says.
    if (report) {
        const report_form form = form_of_file(arguments.report);
        if (auto written = report->write(summary_in(form, summary, context.options)); !written)
            return complain(exit_failed, written.error().message);
    }
    const int code = summary.ended.exit_code;
    const int or_failed = code == exit_done ? exit_failed : code;
    if (!metrics) return or_failed;
    if (const auto written = metrics->write(context.options); !written)
        return complain(or_failed, written.error().message);
    return code;
}

} // namespace hubspool
