#include "core/sending/brake.hpp"

#include <algorithm>

namespace hubspool {

namespace {
// Categories may be spelled anew in each answer: all of them together have a line, too.
constexpr std::uint32_t times_of_all = 4;
constexpr std::size_t categories_max = 1000;
} // namespace

bool brake::would_cross(const std::string& category,
                        const std::vector<std::uint64_t>& places) const {
    const auto known = deaths_.find(category);
    return known == deaths_.end() ? are_too_many({}, places, 1)
                                  : are_too_many(known->second, places, 1);
}

bool brake::would_cross_in_all(const std::vector<std::uint64_t>& places) const {
    return are_too_many(all_deaths_, places, times_of_all);
}

bool brake::are_too_many(const place_list& known, const std::vector<std::uint64_t>& places,
                         std::uint32_t times) const {
    if (places.empty()) return false;
    // Deaths of before and those of this answer are counted together, each object once.
    std::vector<std::uint64_t> all = places;
    all.insert(all.end(), known.begin(), known.end());
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    // The window of `nearest` places that holds the most deaths and one of these objects' places:
    // its two ends slide over the sorted deaths.
    const double share_of =
        static_cast<double>(std::min(nearest, std::max<std::uint64_t>(sent_, 1)));
    const auto too_many = [&](std::size_t dead) {
        return dead > std::size_t{options_.count} * times &&
               static_cast<double>(dead) > options_.share * times * share_of;
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
    // Bounded. What is forgotten still counts among all.
    if (deaths_.size() >= categories_max && !deaths_.contains(category)) deaths_.clear();
    add(deaths_[category], place, 1);
    add(all_deaths_, place, times_of_all);
}

void brake::add(place_list& places, std::uint64_t place, std::uint32_t times) const {
    const auto at = std::lower_bound(places.begin(), places.end(), place);
    if (at != places.end() && *at == place) return; // an object counts once, however often it dies
    places.insert(at, place);
    // More than the line allows, and a whole window of it, is never needed.
    const std::size_t kept =
        std::max<std::size_t>(std::size_t{options_.count} * times, nearest) + 1;
    while (places.size() > kept) places.pop_front();
}

} // namespace hubspool
