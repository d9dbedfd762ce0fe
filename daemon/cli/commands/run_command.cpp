#include "app/hangups.hpp"
#include "app/instance.hpp"
#include "app/run_daemon.hpp"
#include "app/stop_signals.hpp"
#include "base/log.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/log_setup.hpp"
#include "cli/health/metrics_file.hpp"
#include "cli/health/queue_look.hpp"
#include "cli/live_daemon.hpp"
#include "cli/state_owner.hpp"
#include "config/settings_yaml.hpp"
#include "config/units.hpp"
#include "core/json/json_kernel.hpp"
#include "core/words/printable.hpp"
#include "os/service_manager.hpp"
#include "state/disk_reserve.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <filesystem>
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
        // Opening takes minutes where a large state is brought up to date.
        if (signals.stopped()) return std::nullopt;
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

// One run, from its opening to its end. Nothing: a stop came before it began.
std::optional<result<run_result>> run_once(const settings& options,
                                           const configuration_source& configuration) {
    // Credential, queue and state, each locked: what fails here is the whole story.
    const std::optional<opened_instance> tried = open_after_drain(options);
    if (!tried) return std::nullopt;
    const opened_instance& opened = *tried;
    if (!opened) return opened.error();
    // What can be run and should not is told with each start.
    for (const std::string& sentence : unsafe_conditions(**opened)) log::warning(sentence);
    log::info("hubspool has started", {{"version", HUBSPOOL_VERSION},
                                       {"queue", options.queue.directory},
                                       {"api", options.api.url},
                                       {"parser", json_kernel()}});
    run_result ended =
        run_daemon(**opened, std::nullopt, make_queue_survey(options), configuration);
    // It did not begin: what its configuration asks for cannot be had.
    if (ended.exit_code != exit_done && ended.took == milliseconds(0)) return failure{ended.why};
    return ended;
}

// What the runs before have done is part of what this one tells.
void add(run_result& ended, run_result& before) {
    ended.requests += before.requests;
    ended.totals.delivered += before.totals.delivered;
    ended.totals.dead_lettered += before.totals.dead_lettered;
    before.requests = ended.requests;
    before.totals = ended.totals;
}

// Runs, and runs again with each new configuration. With one that it cannot begin with, it takes
// that of before. `options`: those of the last run at its end.
std::optional<result<run_result>> run_renewed(settings& options,
                                              const configuration_source& configuration) {
    std::optional<settings> before;
    run_result all; // of the runs before
    while (true) {
        std::optional<result<run_result>> ended = run_once(options, configuration);
        if (!ended) return ended;
        if (!*ended && before) {
            log::error("hubspool cannot run with the new configuration, and goes on with that of "
                       "before: " +
                       ended->error().message);
            options = *std::exchange(before, std::nullopt);
            take_noted_hangup(); // that file again would not end
            configuration.take_log(options);
            continue;
        }
        if (*ended) add(**ended, all);
        if (!*ended || !(*ended)->renewed || (*ended)->exit_code != exit_done) return ended;
        before = std::exchange(options, std::move(*(*ended)->renewed));
        // One that came while the run ended may have been for a newer file.
        note_hangup();
    }
}

// A daemon lives through a full disk, and waits for room; none begins on it.
bool is_full(const std::string& state_directory) {
    std::error_code error;
    const std::filesystem::space_info space = std::filesystem::space(state_directory, error);
    return !error && space.available < disk_reserve_bytes &&
           !std::filesystem::exists(state_directory + "/reserve", error);
}

// What would most likely keep a run from beginning is told before the one that goes on is ended.
result<settings> read_settings(const std::string& path) {
    loaded_settings loaded = load_settings(path);
    std::string all;
    for (const settings_error& error : loaded.errors)
        all += (all.empty() ? "" : "; ") + error.message;
    if (!all.empty()) return failure{all};
    for (const std::string& directory :
         {loaded.values.queue.directory, loaded.values.state.directory})
        if (std::error_code error; !std::filesystem::is_directory(directory, error))
            return failure{printable(directory) + " is no directory, or cannot be seen"};
    if (is_full(loaded.values.state.directory))
        return failure{fmt::format("{} has less than {} left, with which no run begins: make room, "
                                   "then reload once more",
                                   printable(loaded.values.state.directory),
                                   size_text(disk_reserve_bytes))};
    credential token(make_credential_files(loaded.values));
    if (const auto read = token.refresh(); !read) return read.error();
    return std::move(loaded.values);
}

configuration_source source_of(const std::string& path) {
    return {[path] { return read_settings(path); },
            [](const settings& now) { configure_log("run", now.log); }};
}

} // namespace

int run_run(const command_context& context, const std::string& metrics_path) {
    // The file belongs to whoever called.
    auto metrics = metrics_file::open(metrics_path);
    if (!metrics) log::error(metrics.error().message);
    note_hangups(); // until the daemon hears them
    if (auto became = become_state_owner(context.options, missing_state::made); !became)
        return cannot_start(became.error());
    settings options = context.options;
    const auto done = run_renewed(options, source_of(context.config_path));
    if (!done) return exit_done;
    if (!*done) return cannot_start(done->error());
    const run_result& ended = **done;
    if (!ended.why.empty()) log::error(ended.why);
    log::info("hubspool has stopped", {{"requests", ended.requests},
                                       {"delivered", ended.totals.delivered},
                                       {"dead_lettered", ended.totals.dead_lettered}});
    const auto written = metrics ? metrics->write(options) : result<void>(metrics.error());
    if (written) return ended.exit_code;
    if (metrics) log::error(written.error().message);
    return ended.exit_code == exit_done ? exit_failed : ended.exit_code;
}

} // namespace hubspool
