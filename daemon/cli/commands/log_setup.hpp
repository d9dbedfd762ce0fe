// The log of a command, as the configuration has it.
#pragma once

#include "config/settings.hpp"

#include <string>

namespace hubspool {

// At its start, and again when the configuration has changed.
void configure_log(const std::string& command, const log_settings& from);

} // namespace hubspool
