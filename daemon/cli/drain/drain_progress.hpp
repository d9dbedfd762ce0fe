// One line on a terminal that tells how `drain` gets on, once a second, from what the daemon at
// work (this process or another) says of itself. Nothing when it is quiet, or standard error is no
// terminal. A thread of its own.
#pragma once

#include "base/mailbox.hpp"
#include "config/settings.hpp"
#include "core/engine/daemon_status.hpp"

#include <string>
#include <thread>

namespace hubspool {

class drain_progress {
public:
    drain_progress(const settings& options, bool quiet);
    ~drain_progress(); // wipes the line

    drain_progress(const drain_progress&) = delete;
    drain_progress& operator=(const drain_progress&) = delete;

private:
    void run();
    void print() const;

    const settings& options_;
    mailbox<int> box_{1}; // only ever closed: what ends the wait between two lines
    std::thread thread_;
};

// What is settled of what was read, and why nothing is sent; else a bar, what is left and how long
// sending it takes. The most important first: the line may be cut. Pure.
std::string progress_line(const daemon_status& told, milliseconds sending_takes, wall_time now);

} // namespace hubspool
