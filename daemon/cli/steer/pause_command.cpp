#include "cli/live_daemon.hpp"
#include "cli/printing.hpp"
#include "cli/state_owner.hpp"
#include "cli/steer/steer_usage.hpp"
#include "cli/steer/steering.hpp"
#include "state/state_store.hpp"

#include <fmt/core.h>

#include <cerrno>

namespace hubspool {

namespace {

// Before the first start there is none: it is made, so that what was asked holds from then on.
result<std::unique_ptr<state_store>> open_state(const std::string& directory) {
    // The operator's access changes the request alone.
    auto store = state_store::open(directory, state_store::access::operator_);
    if (store || store.error().code != ENOENT) return store;
    if (const auto made = state_store::open(directory, state_store::access::read_write); !made)
        return made.error();
    return state_store::open(directory, state_store::access::operator_);
}

std::string follow_up(const std::optional<live_daemon>& daemon, bool is_heeded) {
    if (!daemon) return "no daemon runs on this queue; it holds from its next start";
    if (is_heeded)
        return fmt::format("the daemon (pid {}) has heard it: no request goes before it has been "
                           "heeded",
                           daemon->pid);
    return fmt::format("the daemon (pid {}) follows within a second or two, and before it sends "
                       "anything if it has nothing to do now",
                       daemon->pid);
}

int ask_for(const command_context& context, operator_command what) {
    const bool paused = what == operator_command::pause;
    if (auto became = become_state_owner(context.options, missing_state::made); !became)
        return complain(exit_failed, became.error().message);
    auto store = open_state(context.options.state.directory);
    if (!store) return complain(exit_failed, store.error().message);
    // What was asked before decides about the words.
    const auto asked = (*store)->read_request();
    if (!asked) return complain(exit_failed, asked.error().message);
    const auto daemon = find_daemon(context.options);
    // A daemon that answers has heeded it. One that cannot be asked finds it in the state.
    const bool is_heeded =
        daemon && bool(steer_daemon(context.options, paused ? "pause" : "resume"));
    if (!is_heeded)
        if (const auto done = (*store)->ask_for(what); !done)
            return complain(exit_failed, done.error().message);
    if (paused) {
        print("sending {} paused: the queue grows, nothing is lost; `hubspool resume` ends it\n",
              asked->paused ? "stays" : "is");
    } else {
        print("sending is {}; a park for suspect data ends too\n",
              asked->paused ? "resumed" : "not paused, and was not");
    }
    print("{}\n", follow_up(daemon, is_heeded));
    return exit_done;
}

} // namespace

int run_pause(const command_context& context) {
    return ask_for(context, operator_command::pause);
}

int run_resume(const command_context& context) {
    return ask_for(context, operator_command::resume);
}

} // namespace hubspool
