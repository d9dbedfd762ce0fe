#include "core/limits/count_lease.hpp"

#include <algorithm>

namespace hubspool {

namespace {
// Requests that one durable count covers: few at first, so that a program that crashes again and
// again does not count the quota away; then some three seconds of HubSpot's rate, so that counting
// costs few transactions.
constexpr std::uint64_t step_first = 4, step_most = 64;
} // namespace

std::optional<std::uint64_t> count_lease::wanted(std::uint64_t used,
                                                 std::optional<std::uint64_t> most) {
    // Before half of the lease is used up the next one is asked for: sending must not wait for the
    // disk.
    if (!begun_ || used + step_ / 2 < asked_) return std::nullopt;
    step_ = std::min(std::max(step_ * 2, step_first), step_most);
    // Never more than may be sent today: a crash then loses nothing of it.
    const std::uint64_t ahead = std::min(used + step_, std::max(used, most.value_or(used + step_)));
    if (ahead == asked_) return std::nullopt;
    asked_ = ahead;
    return asked_;
}

} // namespace hubspool
