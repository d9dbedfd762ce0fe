#include "core/sending/circuit_breaker.hpp"

#include "core/sending/backoff.hpp"

#include <algorithm>

namespace hubspool {

void circuit_breaker::succeeded() {
    // One success ends the row of failures, and any doubt about who was at fault.
    streak_.end();
    probes_ = 0;
    unsure_ = false;
    // Half open to closed: one request first, since the destination may be just back.
    const bool flowed = state_ == breaker_state::closed || state_ == breaker_state::doubtful;
    allowed_ = flowed ? std::min(options_.connections, allowed_ * 2) : 1;
    state_ = breaker_state::closed;
}

void circuit_breaker::doubted(const moment& now, const std::string& why) {
    streak_.count(now.wall, why);
    if (streak_.length() >= options_.failures) doubt();
}

void circuit_breaker::doubt() {
    if (state_ == breaker_state::closed) state_ = breaker_state::doubtful;
}

void circuit_breaker::failed(const moment& now, const std::string& why, bool by_suspect) {
    streak_.count(now.wall, why);
    // It stays unsure only as long as nobody but such objects has failed since it opened.
    unsure_ = by_suspect && (unsure_ || state_ != breaker_state::open);
    // Fewer together: what struggles is not helped by more.
    allowed_ = std::max(1U, allowed_ / 2);
    // Closed, and too few in a row: no outage yet. In doubt, or after a probe, it opens at once.
    if (state_ == breaker_state::closed && streak_.length() < options_.failures) return;
    // Of those that were under way when it opened.
    if (state_ == breaker_state::open && now.boot < probe_at_) return;
    ++probes_;
    // Full jitter spreads the probes of many daemons, but one at once would tell nothing new.
    const milliseconds wait =
        backoff_delay(options_.initial, options_.probe_max, probes_, now.jitter);
    probe_at_ = now.boot + std::max(wait, std::min(options_.initial, options_.probe_max));
    state_ = breaker_state::open;
}

void circuit_breaker::forget() {
    // The next one asks as a probe does; the state stays until its answer.
    if (state_ == breaker_state::open) probe_at_ = {};
}

} // namespace hubspool
