// Whether a hubspool works on this queue, told without taking its lock: a look must never be in the
// way of a start.
#pragma once

#include "base/clocks.hpp"
#include "config/settings.hpp"
#include "core/engine/daemon_status.hpp"

#include <cerrno>
#include <optional>
#include <string>
#include <thread>

namespace hubspool {

struct live_daemon {
    int pid = 0;
    // What it says of itself; nothing: it starts, and what lies there is another process's.
    std::optional<daemon_status> status;
    std::string status_json;    // the same as it lies there, also what another version says
    milliseconds status_age{0}; // since it said so, or that it still holds

    // Why it does not seem to move, see why_stuck().
    std::optional<std::string> stuck(const settings& options) const;
};

// Nothing: no process holds the queue's lock.
std::optional<live_daemon> find_daemon(const settings& options);

// What `open()` gives, a result. What is missing (ENOENT) while a process holds the queue's lock is
// just being made by it: then it is asked again, for some seconds at most.
template <class Open>
auto open_what_is_made(const settings& options, const Open& open) {
    constexpr milliseconds patience{5000}, look_every{20};
    const boot_time until = boot_now() + patience;
    auto opened = open();
    while (!opened && opened.error().code == ENOENT && boot_now() < until && find_daemon(options)) {
        std::this_thread::sleep_for(look_every);
        opened = open();
    }
    return opened;
}

// Whether a process holds the queue's lock; for whom may not read the lock, too. True when the
// kernel does not list locks.
bool is_worked_on(const settings& options);

} // namespace hubspool
