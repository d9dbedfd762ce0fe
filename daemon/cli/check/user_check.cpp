#include "cli/check/checks.hpp"

#include <fmt/core.h>

#include <unistd.h>

namespace hubspool {

void check_user(const settings& options, findings& out) {
    // Root may do everything, so what was found says nothing about the service.
    if (::geteuid() == 0)
        out.push_back(
            {finding::warning, "user",
             fmt::format("looked at as root, who may do anything; {} belongs to nobody else, so "
                         "the service's user is not known here",
                         options.state.directory)});
}

} // namespace hubspool
