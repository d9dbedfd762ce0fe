// What `check` finds of the queue directory.
#pragma once

#include "app/finding.hpp"
#include "config/settings.hpp"

#include <vector>

namespace hubspool {

void check_queue(const settings& options, bool errors_only, std::vector<finding>& out);

} // namespace hubspool
