// A part of the rate limit that some requests keep to: at most so many of them in any window, or
// none.
//
// Counted is when they go, not when they arrive: it is for who shares, not for HubSpot. Pure; loop
// thread.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>
#include <deque>

namespace hubspool {

class send_share {
public:
    explicit send_share(milliseconds window) : window_(window) {}

    // 0: they keep to none. `is_held`: none of them goes until this is taken back.
    void set(std::uint32_t requests_max, bool is_held = false) {
        is_held_ = is_held;
        requests_max_ = requests_max;
        if (requests_max == 0) sent_.clear();
    }
    bool is_held() const { return is_held_; }
    // When the next may go: now, or later; held, when to ask again.
    boot_time ready_at(boot_time now) const {
        if (is_held_) return now + window_;
        if (requests_max_ == 0 || sent_.size() < requests_max_) return now;
        const boot_time free = sent_[sent_.size() - requests_max_] + window_;
        return free > now ? free : now;
    }
    void sent(boot_time now) {
        if (requests_max_ == 0) return;
        sent_.push_back(now);
        while (sent_.size() > requests_max_) sent_.pop_front();
    }

private:
    milliseconds window_;
    bool is_held_ = false;
    std::uint32_t requests_max_ = 0;
    std::deque<boot_time> sent_; // the newest
};

} // namespace hubspool
