#include "core/reading/lane_turns.hpp"

namespace hubspool {

std::optional<lane> lane_turns::next(const per_lane<place>& places) {
    if (!places.live.is_ready && !places.bulk.is_ready) return std::nullopt;
    if (places.live.is_ready && places.bulk.is_ready)
        last_ = of_both(places);
    else
        last_ = places.live.is_ready ? lane::live : lane::bulk;
    return last_;
}

lane lane_turns::of_both(const per_lane<place>& places) const {
    // Nothing is sent before both frontiers are passed, so what lies beyond one can wait.
    if (places.live.is_before_frontier != places.bulk.is_before_frontier)
        return places.live.is_before_frontier ? lane::live : lane::bulk;
    if (by_number_) return places.live.file < places.bulk.file ? lane::live : lane::bulk;
    return last_ == lane::live ? lane::bulk : lane::live;
}

} // namespace hubspool
