// The rate that is kept, as configured.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

struct rate_limiter_options {
    std::optional<std::uint32_t> requests; // nothing: auto
    double share = 0.9;                    // of what HubSpot's header says
    milliseconds window{10000};
    milliseconds margin{50};
};

} // namespace hubspool
