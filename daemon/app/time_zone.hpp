// When the daily quota is given back.
#pragma once

#include "core/time.hpp"

namespace hubspool {

// The rest of the day, and a second for clocks that differ, in the process's time zone, which the daemon sets to rate_limit.time_zone at
// its start ($TZ; all other times are written in UTC).
milliseconds until_midnight(wall_time now);

} // namespace hubspool
