#include "app/daemon.hpp"
#include "app/instance.hpp"
#include "base/log.hpp"
#include "cli/commands/commands.hpp"
#include "cli/state_owner.hpp"
#include "core/json/json_kernel.hpp"

#include <csignal>

namespace hubspool {

namespace {

int cannot_start(const failure& why) {
    log::error("hubspool cannot start: " + why.message);
    return exit_failed;
}

} // namespace

int run_run(const command_context& context) {
    std::signal(SIGHUP, SIG_IGN); // until the daemon says that there is no reload
    if (auto became = become_state_owner(context.options, missing_state::made); !became)
        return cannot_start(became.error());
    // Credential, queue and state, each locked: what fails here is the whole story.
    auto opened = open_instance(context.options);
    if (!opened) return cannot_start(opened.error());
    // What can be run and should not is told with each start.
    for (const std::string& sentence : unsafe_conditions(**opened)) log::warning(sentence);
    log::info("hubspool has started", {{"version", HUBSPOOL_VERSION},
                                       {"queue", context.options.queue.directory},
                                       {"api", context.options.api.url},
                                       {"parser", json_kernel()}});
    const run_result ended = run_daemon(**opened, std::nullopt);
    if (!ended.why.empty()) log::error(ended.why);
    log::info("hubspool has stopped", {{"requests", ended.requests},
                                       {"delivered", ended.totals.delivered},
                                       {"dead_lettered", ended.totals.dead_lettered}});
    return ended.exit_code;
}

} // namespace hubspool
