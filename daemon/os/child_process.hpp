// Runs another program, with an input and a limit of time.
#pragma once

#include "base/result.hpp"
#include "core/words/time.hpp"

#include <functional>
#include <string>
#include <vector>

namespace hubspool {

struct child_order {
    std::string path;                     // of the executable; it gets no arguments
    std::string input;                    // what it reads from its standard input
    std::vector<std::string> environment; // NAME=VALUE, beside those of this process
    milliseconds patience{30'000};        // then it is killed, and all of its process group
};

// Waits until it has ended. What it writes to its standard output is dropped; its standard error is
// ours, and no other descriptor is. Success: it ended with 0. `keep_on` is asked every 100 ms: when
// it says no, nobody waits any more, and the program goes on by itself. Blocks; any thread but the
// loop's.
result<void> run_child(const child_order& order, const std::function<bool()>& keep_on);

} // namespace hubspool
