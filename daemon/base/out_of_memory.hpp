// The end of a process that gets no more memory, or no thread.
#pragma once

namespace hubspool {

// From now on such an end is one sentence on standard error and exit code 1, in whichever thread it
// comes. It is no abort: then a record would be blamed for it. What has no recorded outcome is sent
// again at the next start. To be called before any thread is made.
void tell_when_out_of_memory();

} // namespace hubspool
