// "Now", as the caller tells it: both clocks and a random number.
#pragma once

#include "core/words/time.hpp"

namespace hubspool {

struct moment {
    boot_time boot = {};
    wall_time wall = {};
    double jitter = 0.5; // uniform in [0, 1); drawn anew for each call
};

} // namespace hubspool
