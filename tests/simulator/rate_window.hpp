// Counts requests in a rolling window, as a server does that sees only arrivals. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>

namespace hubspool::simulator {

using std::chrono::milliseconds;
using arrival_time = std::chrono::steady_clock::time_point;

class rate_window {
public:
    // A limit of 0 is none: arrivals are counted, nothing is a violation.
    rate_window(std::uint32_t limit, milliseconds window) : limit_(limit), window_(window) {}

    // Takes an arrival, not earlier than the one before. Returns how many came in the window that
    // ends with it; two exactly one window apart are not in the same one.
    std::uint32_t arrive(arrival_time now);

    void set_limit(std::uint32_t limit) { limit_ = limit; }
    std::uint32_t limit() const { return limit_; }
    milliseconds window() const { return window_; }
    std::uint32_t max_in_window() const { return max_in_window_; }
    std::uint64_t violations() const { return violations_; } // arrivals that exceeded the limit
    void reset_counters();

private:
    std::uint32_t limit_;
    milliseconds window_;
    std::deque<arrival_time> arrivals_;
    std::uint32_t max_in_window_ = 0;
    std::uint64_t violations_ = 0;
};

} // namespace hubspool::simulator
