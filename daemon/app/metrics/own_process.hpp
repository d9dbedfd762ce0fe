// What the kernel tells of this process (proc(5)).
#pragma once

#include "app/metrics/metric_facts.hpp"

#include <optional>

namespace hubspool {

// Any thread. Nothing: /proc cannot be read.
std::optional<process_figures> look_at_own_process();

} // namespace hubspool
