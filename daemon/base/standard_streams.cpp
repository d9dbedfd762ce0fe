#include "base/standard_streams.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>

namespace hubspool {

void keep_standard_streams() {
    // Each the wrong way round, so that it is still of no use. The lowest free number is given.
    constexpr std::array ways{O_WRONLY, O_RDONLY, O_RDONLY};
    // A closed stream gives its number to the next file that is opened: a log line would go into
    // the database.
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; ++stream) {
        if (::fcntl(stream, F_GETFD) >= 0) continue;
        if (::open("/dev/null", ways[static_cast<std::size_t>(stream)]) != stream) ::_exit(1);
    }
    // write(2) then fails with EPIPE, which each caller tells in its own words.
    ::signal(SIGPIPE, SIG_IGN);
}

} // namespace hubspool
