#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/steer/steer_usage.hpp"
#include "cli/steer/steering.hpp"

#include <fmt/core.h>

namespace hubspool {

int run_flush(const command_context& context) {
    const auto daemon = find_daemon(context.options);
    if (!daemon)
        return complain(exit_failed,
                        fmt::format("no daemon works on the queue {}: there is nothing to flush; "
                                    "its next start asks HubSpot at once",
                                    context.options.queue.directory));
    if (const auto done = steer_daemon(context.options, "flush"); !done)
        return complain(exit_failed, fmt::format("the daemon (pid {}) cannot be told: {}",
                                                 daemon->pid, done.error().message));
    print("the daemon (pid {}) asks HubSpot now, and waits for no park and no backoff\n",
          daemon->pid);
    print("a pause, a day that is spent and what may still land it waits for all the same\n");
    return exit_done;
}

} // namespace hubspool
