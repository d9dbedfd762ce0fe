// Whose window is read next: the lanes take turns, and neither waits for the other.
//
// Pure; intake thread.
#pragma once

#include "core/words/lane.hpp"

#include <cstdint>
#include <optional>

namespace hubspool {

class lane_turns {
public:
    // What lies next in a lane.
    struct place {
        bool is_ready = false; // a window of it can be read now
        bool is_before_frontier = false;
        std::uint64_t file = 0; // its number
    };

    // A drain sends nothing before all is read, if memory suffices. So it reads in the order of the
    // numbers, and nothing may be late that has no as_of.
    // `only`: the one lane that this run reads; nothing: both.
    explicit lane_turns(bool by_number, std::optional<lane> only = std::nullopt)
        : by_number_(by_number), only_(only) {}

    // Of a lane that is left alone that much is read all the same: nothing is sent before both
    // frontiers are passed.
    bool reads(lane which, bool is_before_frontier) const {
        return !only_ || which == *only_ || is_before_frontier;
    }

    // Nothing: none is ready.
    std::optional<lane> next(const per_lane<place>& places);

private:
    lane of_both(const per_lane<place>& places) const;

    bool by_number_;
    std::optional<lane> only_;
    lane last_ = lane::bulk; // a live window goes first
};

} // namespace hubspool
