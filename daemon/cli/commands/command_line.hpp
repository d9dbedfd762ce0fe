// The one program: picks the command, loads the configuration, runs it.
#pragma once

namespace hubspool {

// Exit codes: 0 done, 1 failed, 2 usage or configuration, 3 done but some records were
// dead-lettered, 4 stopped before the queue was empty, 75 (EX_TEMPFAIL) cannot take this now, try
// again.
int run_command_line(int argc, char** argv);

} // namespace hubspool
