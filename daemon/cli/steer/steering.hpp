// How the commands that steer a daemon ask it, over its control socket.
#pragma once

#include "base/result.hpp"
#include "config/settings.hpp"

#include <string>

namespace hubspool {

// The answer to POST /v1/WHAT, when it was done. A failure of code EINVAL: it was refused, with the
// daemon's words; of any other: it could not be asked.
result<std::string> steer_daemon(const settings& options, const std::string& what);

} // namespace hubspool
