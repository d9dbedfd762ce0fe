#include "app/instance.hpp"
#include "app/run_daemon.hpp"
#include "app/stop_signals.hpp"
#include "base/log.hpp"
#include "cli/commands/commands.hpp"
#include "cli/health/metrics_file.hpp"
#include "cli/health/queue_look.hpp"
#include "cli/live_daemon.hpp"
#include "cli/state_owner.hpp"
#include "core/json/json_kernel.hpp"
#include "os/service_manager.hpp"

#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>
#include <utility>

namespace hubspool {

namespace {

int cannot_start(const failure& why) {
    log::error("hubspool cannot start: " + why.message);
    return exit_failed;
}

using opened_instance = result<std::unique_ptr<instance>>;

// Opens the instance, after the drain that may hold it: that one ends by itself, and a service that
// gave up for it would use up its starts. Another `run` does not end: it is told at once. Nothing:
// a stop came meanwhile.
std::optional<opened_instance> open_after_drain(const settings& options) {
    constexpr milliseconds look_every{200};
    constexpr int looks_in_vain_max = 10;
    const stop_signals signals({SIGTERM, SIGINT}, exit_done);
    const service_manager manager = service_manager::of_environment();
    bool told = false;
    int looks_in_vain = 0;
    while (true) {
        auto opened = open_instance(options);
        if (opened || (opened.error().code != EBUSY && opened.error().code != EWOULDBLOCK))
            return opened;
        const auto other = find_daemon(options);
        // Without a status it is starting or ending just now, or works on another queue.
        const bool known = other && other->status;
        if (known ? other->status->command != "drain" : ++looks_in_vain > looks_in_vain_max)
            return opened;
        if (known && !std::exchange(told, true)) {
            log::warning("a drain works on this queue: hubspool starts when it has ended",
                         {{"pid", other->pid}});
            // The queue is worked on. It may be for hours, in which no boot should wait.
            (void)manager.tell("READY=1\nSTATUS=Waiting: a drain works on this queue",
                               milliseconds(100));
        }
        // From ready on it is watched.
        if (told && watchdog_period_of_environment()) (void)manager.tell("WATCHDOG=1");
        if (signals.wait_for(look_every)) return std::nullopt;
    }
}

} // namespace

int run_run(const command_context& context, const std::string& metrics_path) {
    // The file belongs to whoever called.
    auto metrics = metrics_file::open(metrics_path);
    if (!metrics) log::error(metrics.error().message);
    std::signal(SIGHUP, SIG_IGN); // until the daemon says that there is no reload
    if (auto became = become_state_owner(context.options, missing_state::made); !became)
        return cannot_start(became.error());
    // Credential, queue and state, each locked: what fails here is the whole story.
    const std::optional<opened_instance> tried = open_after_drain(context.options);
    if (!tried) return exit_done;
    const opened_instance& opened = *tried;
    if (!opened) return cannot_start(opened.error());
    // What can be run and should not is told with each start.
    for (const std::string& sentence : unsafe_conditions(**opened)) log::warning(sentence);
    log::info("hubspool has started", {{"version", HUBSPOOL_VERSION},
                                       {"queue", context.options.queue.directory},
                                       {"api", context.options.api.url},
                                       {"parser", json_kernel()}});
    const run_result ended = run_daemon(**opened, std::nullopt, make_queue_survey(context.options));
    if (!ended.why.empty()) log::error(ended.why);
    log::info("hubspool has stopped", {{"requests", ended.requests},
                                       {"delivered", ended.totals.delivered},
                                       {"dead_lettered", ended.totals.dead_lettered}});
    const auto written = metrics ? metrics->write(context.options) : result<void>(metrics.error());
    if (written) return ended.exit_code;
    if (metrics) log::error(written.error().message);
    return ended.exit_code == exit_done ? exit_failed : ended.exit_code;
}

} // namespace hubspool
