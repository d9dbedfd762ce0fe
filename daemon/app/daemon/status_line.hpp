// The status in one line, as `systemctl status` shows it. Pure, any thread.
#pragma once

#include "core/engine/daemon_status.hpp"

#include <string>

namespace hubspool {

// Changes only with the facts, and holds nothing that steers a terminal.
std::string status_line(const daemon_status& status);

} // namespace hubspool
