// Where the control socket lies, for the daemon and the commands alike. Pure.
#pragma once

#include "config/settings.hpp"

#include <string>

namespace hubspool {

// control.socket; without it, in the queue's directory, where its producers get to. Empty: off.
std::string control_socket_path(const settings& options);

} // namespace hubspool
