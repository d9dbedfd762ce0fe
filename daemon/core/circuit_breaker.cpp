#include "core/circuit_breaker.hpp"

#include "core/backoff.hpp"

#include <algorithm>

namespace hubspool {

void circuit_breaker::succeeded() {
    failures_ = 0;
    allowed_ = state_ == breaker_state::closed ? std::min(options_.connections, allowed_ * 2) : 1;
    state_ = breaker_state::closed;
}

void circuit_breaker::failed(const moment& now, const std::string& why) {
    if (failures_ == 0) failing_since_ = now.wall;
    ++failures_;
    last_failure_ = why;
    allowed_ = std::max(1U, allowed_ / 2);
    if (state_ == breaker_state::closed && failures_ < options_.failures) return;
    const std::uint32_t beyond =
        failures_ < options_.failures ? 1 : failures_ - options_.failures + 1;
    // At least half of the ceiling: a probe that full jitter sends at once would tell nothing new.
    probe_at_ = now.boot +
                backoff_delay(options_.initial, options_.probe_max, beyond, 0.5 + now.jitter / 2);
    state_ = breaker_state::open;
}

void circuit_breaker::forget() {
    if (state_ == breaker_state::open) probe_at_ = {};
}

} // namespace hubspool
