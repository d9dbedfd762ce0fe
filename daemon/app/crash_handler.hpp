// Notes in `sending` that the decoder crashed on the bytes it was given, so that a record which
// kills the program is found and set aside instead of killing it for ever.
#pragma once

#include "state/sending_file.hpp"

namespace hubspool {

// Handles SIGSEGV, SIGBUS, SIGILL, SIGFPE and SIGABRT of this process; each then goes its usual
// way. `sending` must live as long as the process.
void install_crash_handler(sending_file& sending);

} // namespace hubspool
