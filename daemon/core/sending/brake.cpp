#include "core/sending/brake.hpp"

#include <algorithm>

namespace hubspool {

bool brake::would_cross(const std::string& category,
                        const std::vector<std::uint64_t>& places) const {
    if (places.empty()) return false;
    // Deaths of before and those of this answer are counted together, each object once.
    std::vector<std::uint64_t> all = places;
    if (const auto known = deaths_.find(category); known != deaths_.end()) {
        all.insert(all.end(), known->second.begin(), known->second.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    // The window of `nearest` places that holds the most deaths and one of these objects' places:
    // its two ends slide over the sorted deaths.
    const double share_of =
        static_cast<double>(std::min(nearest, std::max<std::uint64_t>(sent_, 1)));
    const auto too_many = [&](std::size_t dead) {
        return dead > options_.count && static_cast<double>(dead) > options_.share * share_of;
    };
    std::size_t begin = 0;
    for (std::size_t end = 0; end < all.size(); ++end) {
        // The window moves on until both ends are within `nearest` places.
        while (all[end] - all[begin] >= nearest) ++begin;
        if (too_many(end - begin + 1)) return true;
    }
    return false;
}

void brake::died(const std::string& category, std::uint64_t place) {
    std::deque<std::uint64_t>& places = deaths_[category];
    const auto at = std::lower_bound(places.begin(), places.end(), place);
    if (at != places.end() && *at == place) return; // an object counts once, however often it dies
    places.insert(at, place);
    // More than the line allows, and a whole window of it, is never needed.
    const std::size_t kept = std::max<std::size_t>(options_.count, nearest) + 1;
    while (places.size() > kept) places.pop_front();
}

} // namespace hubspool
