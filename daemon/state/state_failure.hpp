// Failures of system calls on the files of the state directory.
#pragma once

#include "base/result.hpp"

#include <string_view>

namespace hubspool {

// As system_failure(), with what an operator of this directory can do. A spent quota counts as
// ENOSPC: it is told and mended in the same way.
failure state_failure(std::string_view act, std::string_view path, int code);

} // namespace hubspool
