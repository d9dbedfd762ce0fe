#include "simulator/rate_window.hpp"

#include <algorithm>

namespace hubspool::simulator {

std::uint32_t rate_window::arrive(arrival_time now) {
    while (!arrivals_.empty() && now - arrivals_.front() >= window_) arrivals_.pop_front();
    arrivals_.push_back(now);
    const auto count = static_cast<std::uint32_t>(arrivals_.size());
    max_in_window_ = std::max(max_in_window_, count);
    if (limit_ != 0 && count > limit_) ++violations_;
    return count;
}

// The arrivals stay: a test that resets its counters has not emptied HubSpot's window.
void rate_window::reset_counters() {
    max_in_window_ = 0;
    violations_ = 0;
}

} // namespace hubspool::simulator
