// Whether producers may read a secret: they must not be in the group that may.
#pragma once

#include "app/finding.hpp"
#include "config/settings.hpp"

#include <vector>

namespace hubspool {

// A warning for each group that may, with the commands that take its producers out of it.
void check_secret_readers(const settings& options, std::vector<finding>& out);

} // namespace hubspool
