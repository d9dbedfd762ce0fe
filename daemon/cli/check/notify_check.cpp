#include "cli/check/checks.hpp"
#include "os/system_failure.hpp"

#include <unistd.h>

#include <cerrno>

namespace hubspool {

void check_notify(const settings& options, findings& out) {
    const std::string& command = options.notify.command;
    if (command.empty()) return;
    // Only a warning: whether or not somebody is told, records are delivered.
    if (::access(command.c_str(), X_OK) != 0)
        out.push_back({finding::warning, "notify",
                       system_failure("run notify.command", command, errno).message +
                           "; until then nobody is told when sending stands still"});
    else
        out.push_back({finding::good, "notify", command + " is told"});
}

} // namespace hubspool
