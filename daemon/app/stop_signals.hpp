// The signals that ask a command to stop, taken by a handler: no busy thread stands in their way.
//
// One stop may arrive as two signals: timeout(1) signals its child and then the child's group, and
// sudo passes on what the terminal has sent already. So whatever comes within a second of the first
// is the same stop; what comes later ends the process at once.
#pragma once

#include "core/words/time.hpp"

#include <csignal>
#include <optional>
#include <vector>

namespace hubspool {

// One at a time in a process; any thread.
class stop_signals {
public:
    static constexpr milliseconds one_stop{1000}; // on the boot clock

    // `exit_code` is that of an end at once.
    stop_signals(const std::vector<int>& which, int exit_code);
    // Without a stop the signals do again what they did before; else the process is about to end.
    ~stop_signals();
    stop_signals(const stop_signals&) = delete;
    stop_signals& operator=(const stop_signals&) = delete;

    // The signal that asked for the stop; nothing: none did yet.
    std::optional<int> stopped() const;
    // Waits; true: for a stop, which may have come before.
    bool wait_for(milliseconds patience) const;
    // Readable from the stop on. Not to be read from.
    int descriptor() const;

private:
    struct taken {
        int signal;
        struct sigaction before;
    };
    std::vector<taken> taken_;
};

// SIGTERM, SIGINT, and SIGHUP unless it is ignored (nohup): for a command that somebody waits for.
std::vector<int> signals_of_a_waiting_command();

} // namespace hubspool
