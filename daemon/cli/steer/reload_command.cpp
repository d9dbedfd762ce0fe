#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/steer/steer_usage.hpp"
#include "cli/steer/steering.hpp"
#include "core/json/json_lookup.hpp"

#include <fmt/core.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string>

namespace hubspool {

namespace {

int print_reload(const live_daemon& daemon, const std::string& answer) {
    const json_lookup told(answer);
    std::string keys;
    for (std::size_t i = 0; i < told.elements("/changed"); ++i)
        keys += (i == 0 ? "" : ", ") + told.text(fmt::format("/changed/{}", i)).value_or("");
    const char* what = "has taken in what has changed: ";
    if (told.is_true("/renewed"))
        what = keys.empty()
                   ? "is beginning anew already, and reads the configuration once more then"
                   : "ends its run in order, and begins one with what has changed: ";
    else if (keys.empty())
        what = "has read its configuration again: nothing has changed";
    print("the daemon (pid {}) {}{}\n", daemon.pid, what, keys);
    return exit_done;
}

// It listens nowhere, or cannot be asked there: its log tells what comes of a signal.
int send_hangup(const live_daemon& daemon) {
    // A hangup ends a drain.
    if (!daemon.status || daemon.status->command != "run")
        return complain(exit_failed,
                        fmt::format("what works on this queue (pid {}) is no `run`, or has only "
                                    "just begun: nothing was told to it",
                                    daemon.pid));
    if (::kill(static_cast<pid_t>(daemon.pid), SIGHUP) != 0)
        return complain(exit_failed, fmt::format("the daemon (pid {}) cannot be told: {}; try it "
                                                 "with sudo",
                                                 daemon.pid, std::strerror(errno)));
    print("the daemon (pid {}) reads its configuration again; its log says what has changed\n",
          daemon.pid);
    return exit_done;
}

} // namespace

// The configuration was read before, with all its mistakes told: a wrong one never comes so far.
int run_reload(const command_context& context) {
    const auto daemon = find_daemon(context.options);
    if (!daemon)
        return complain(exit_failed,
                        fmt::format("no daemon works on the queue {}: there is none to tell",
                                    context.options.queue.directory));
    const auto done = steer_daemon(context.options, "reload");
    if (done) return print_reload(*daemon, *done);
    if (done.error().code == EINVAL)
        return complain(exit_failed,
                        fmt::format("the daemon (pid {}): {}", daemon->pid, done.error().message));
    return send_hangup(*daemon);
}

} // namespace hubspool
