// Names under which this process puts files into the queue: unique, and they sort in order of
// calls.
#pragma once

#include <string>

namespace hubspool {

// Nanoseconds since 1970 and the pid; strictly rising within the process, also when the clock is
// set back. Two hosts or containers may make the same one: put it in place without replacing. Any
// thread.
std::string next_arrival_name();

} // namespace hubspool
