// Whether a daemon seems to move, by what can be seen of it. Pure.
#pragma once

#include "base/clocks.hpp"

#include <optional>
#include <string>

namespace hubspool {

// What is seen of a process that holds the queue's lock.
struct daemon_signs {
    int pid = 0;
    char state = ' ';            // as proc(5) has it; ' ': unknown
    bool waits_for_disk = false; // one of its threads
    bool tells_status = false;   // false: it starts, which may take long
    bool resting = false;        // as it told last
    milliseconds silent{0};      // since it told something, or that it still holds
    milliseconds scan_interval{0};
};

// In words, why it does not seem to move: it was stopped, or has said nothing for longer than it is
// silent when all is well. Nothing: it moves, as far as one can see.
std::optional<std::string> why_stuck(const daemon_signs& seen);

} // namespace hubspool
