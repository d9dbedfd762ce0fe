// What the intake needs of the configuration.
#pragma once

#include "core/words/lane.hpp"
#include "core/words/time.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

struct intake_options {
    milliseconds scan_interval{5000};
    milliseconds quiet_period{2000};
    std::uint64_t record_bytes_max = 1U << 20;
    bool drain = false;            // reads what is there at its start, and ends
    std::optional<lane> only = {}; // of a drain: the lane that it reads; nothing: both
};

} // namespace hubspool
