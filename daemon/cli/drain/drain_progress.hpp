// Tells how `drain` gets on, from what the daemon at work (this process or another) says of itself:
// on a terminal in one line, each second anew; elsewhere in a line after a minute, then after twice
// as long each time, at most an hour: a dozen in a night. Nothing when it is quiet, or goes to the
// journal. A thread of its own.
#pragma once

#include "base/mailbox.hpp"
#include "cli/drain/drain_pace.hpp"
#include "config/settings.hpp"
#include "core/engine/daemon_status.hpp"

#include <string>
#include <string_view>
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
    void print();

    const settings& options_;
    const bool on_terminal_;
    drain_pace pace_;     // of its thread alone
    mailbox<int> box_{1}; // only ever closed: what ends the wait between two lines
    std::thread thread_;
};

// How long after the last line the next one comes where there is no terminal.
milliseconds next_wait(milliseconds last);

// What is settled of what was read, and why nothing is sent; else a bar, what is left, how long
// sending it takes, and its `pace`, if that is known. The most important first: the line may be
// cut. Pure.
std::string progress_line(const daemon_status& told, milliseconds sending_takes, wall_time now,
                          std::string_view pace = {});

} // namespace hubspool
