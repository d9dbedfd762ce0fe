// Exponential backoff with full jitter: delays grow, and many waiters do not come back together.
#pragma once

#include "core/words/time.hpp"

#include <algorithm>
#include <cstdint>

namespace hubspool {

// `failures` in a row, from 1; `jitter` in [0, 1). At least a millisecond, at most `max`.
inline milliseconds backoff_delay(milliseconds initial, milliseconds max, std::uint32_t failures,
                                  double jitter) {
    const std::uint32_t doublings = std::min(failures > 0 ? failures - 1 : 0U, 30U);
    const auto ceiling = std::min<std::int64_t>(max.count(), initial.count() << doublings);
    const double delay = static_cast<double>(ceiling) * jitter;
    return std::max(milliseconds(1), milliseconds(static_cast<std::int64_t>(delay)));
}

} // namespace hubspool
