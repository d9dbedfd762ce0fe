// The parks of a span that are over: how long sending stood, and the longest of them. Bounded.
// Pure.
#pragma once

#include "state/span_history.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hubspool {

class past_parks {
public:
    static constexpr std::size_t shown_max = 20;

    explicit past_parks(const time_span& span = {}) : span_(span) {}

    // From old to new, by their beginning. Counts what of it lies in the span.
    void add(ended_park park);

    std::uint64_t count() const { return count_; }
    // While at least one stood.
    milliseconds stood() const { return stood_; }
    // The longest, shown_max at most, from old to new.
    const std::vector<ended_park>& longest() const { return longest_; }

private:
    time_span span_;
    std::uint64_t count_ = 0;
    milliseconds stood_{0};
    wall_time counted_to_ = {};
    std::vector<ended_park> longest_;
};

// "3, in which sending stood for 45m"
std::string past_parks_text(const past_parks& parks);
// "unauthorized from 2026-11-30 02:10:00Z for 30m: HubSpot answered 401"
std::string past_park_text(const ended_park& park);

} // namespace hubspool
