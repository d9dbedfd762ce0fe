// The only place that reads clocks.
#pragma once

#include "core/words/time.hpp"

#include <string>

namespace hubspool {

boot_time boot_now();
wall_time wall_now();

std::string iso_time(wall_time at); // 2026-11-23T22:41:34.120Z
std::string iso_day(wall_time at);  // 2026-11-23

} // namespace hubspool
