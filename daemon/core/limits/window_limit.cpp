#include "core/limits/window_limit.hpp"

#include <algorithm>
#include <cmath>

namespace hubspool {

void window_limit::others_told(std::uint32_t count, std::uint32_t requests_max, boot_time now) {
    others_now_ = {count, now + options_.window + options_.margin};
    // Our count lets go of a request a little later than HubSpot's, which makes theirs look smaller
    // now and then: the most of a window holds.
    if (now >= others_most_.until || others_now_.count >= others_most_.count)
        others_most_ = others_now_;
    told_max_ = requests_max;
}

void window_limit::throttled(boot_time now) {
    if (now < blocked_until_) return; // of the same burst: nothing was sent since
    // Shrinks from what it is now, not from the whole: a second 429 goes on where the first ended.
    const double share = static_cast<double>(own(now));
    blocked_until_ = now + options_.window + options_.margin;
    reduced_to_ = std::max(0.1, share / std::max(whole(), 1.0) * 0.9);
    throttled_at_ = now;
}

double window_limit::whole() const {
    return options_.requests ? static_cast<double>(*options_.requests)
                             : static_cast<double>(learned_) * options_.share;
}

double window_limit::part(boot_time now) const {
    const auto quiet_windows = (now - throttled_at_) / options_.window;
    // A hundredth comes back with each window without a 429.
    return std::min(1.0, reduced_to_ + 0.01 * static_cast<double>(quiet_windows));
}

std::uint32_t window_limit::own(boot_time now) const {
    // Never below one: the next answer must be able to tell that it is better.
    return std::max(1U, static_cast<std::uint32_t>(std::floor(whole() * part(now) + 1e-9)));
}

std::uint32_t window_limit::others(boot_time now) const {
    // The most of a window holds; the newest word only when that is over.
    if (now < others_most_.until) return others_most_.count;
    return now < others_now_.until ? others_now_.count : 0;
}

boot_time window_limit::others_forgotten_at(boot_time now) const {
    if (others(now) == 0) return boot_time::max();
    return now < others_most_.until ? others_most_.until : others_now_.until;
}

std::uint32_t window_limit::at(boot_time now) const {
    if (others(now) == 0) return own(now);
    // What `share` keeps free of the whole stays free beside the others, too.
    const double all = static_cast<double>(told_max_) * (options_.requests ? 1.0 : options_.share);
    const auto shared = static_cast<std::uint32_t>(std::floor(all + 1e-9));
    // The others' part is taken from the whole, and our own limit holds besides.
    return std::min(own(now), shared - std::min(shared, others(now)));
}

} // namespace hubspool
