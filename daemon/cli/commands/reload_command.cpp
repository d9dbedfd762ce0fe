#include "cli/commands/commands.hpp"
#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace hubspool {

// The configuration was read before, with all its mistakes told: a wrong one never comes so far.
int run_reload(const command_context& context) {
    const auto daemon = find_daemon(context.options);
    if (!daemon)
        return complain(exit_failed,
                        fmt::format("no daemon works on the queue {}: there is none to tell",
                                    context.options.queue.directory));
    // A hangup ends a drain.
    if (!daemon->status || daemon->status->command != "run")
        return complain(exit_failed,
                        fmt::format("what works on this queue (pid {}) is no `run`, or has only "
                                    "just begun: nothing was told to it",
                                    daemon->pid));
    if (::kill(static_cast<pid_t>(daemon->pid), SIGHUP) != 0)
        return complain(exit_failed, fmt::format("the daemon (pid {}) cannot be told: {}; try it "
                                                 "with sudo",
                                                 daemon->pid, std::strerror(errno)));
    print("the daemon (pid {}) reads its configuration again; its log says what has changed\n",
          daemon->pid);
    return exit_done;
}

} // namespace hubspool
