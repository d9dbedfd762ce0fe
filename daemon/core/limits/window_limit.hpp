// How many requests may be in one window: what is configured or HubSpot's header says, less what
// other clients of the same app use, and less for a while after a 429. Pure; loop thread.
#pragma once

#include "core/limits/rate_limiter_options.hpp"

#include <algorithm>
#include <cstdint>

namespace hubspool {

class window_limit {
public:
    explicit window_limit(rate_limiter_options options) : options_(options) {}

    // X-HubSpot-RateLimit-Max of an answer; only `auto` follows it.
    void learn(std::uint32_t requests_max) { learned_ = requests_max; }
    // Of a whole of `requests_max`, others have used so many in the window before now.
    void others_told(std::uint32_t count, std::uint32_t requests_max, boot_time now);
    // A 429 below our own count: somebody else spends from the same budget. Nothing goes for a
    // window, and the budget shrinks by a tenth. It comes back by a hundredth a quiet window.
    void throttled(boot_time now);

    // How much of it is used is not known.
    void block_until(boot_time at) { blocked_until_ = std::max(blocked_until_, at); }
    // Nothing may be sent before.
    boot_time blocked_until() const { return blocked_until_; }
    std::uint32_t at(boot_time now) const; // 0: others use all of it
    std::uint32_t others(boot_time now) const;
    // When what others use is looked at anew; max(): they use nothing.
    boot_time others_forgotten_at(boot_time now) const;
    // at() and others() stay as they are until something is told.
    bool at_rest(boot_time now) const { return others(now) == 0 && part(now) >= 1.0; }

private:
    double whole() const;                   // of which this process may use its part
    double part(boot_time now) const;       // 1.0, or less after a throttled()
    std::uint32_t own(boot_time now) const; // without regard to others

    // Requests of other clients in the window.
    struct estimate {
        std::uint32_t count = 0;
        boot_time until = {};
    };

    rate_limiter_options options_;
    estimate others_most_, others_now_; // the most that was told of late, and the newest word
    std::uint32_t told_max_ = 0;
    std::uint32_t learned_ = 100; // HubSpot's lowest limit, until a header says more
    boot_time blocked_until_ = {};
    double reduced_to_ = 1.0; // at throttled_at_
    boot_time throttled_at_ = {};
};

} // namespace hubspool
