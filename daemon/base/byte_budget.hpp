// The bytes that may be read ahead of what is settled, and each lane's share of them. The intake
// thread spends them; the loop thread says what is held.
#pragma once

#include "core/words/lane.hpp"

#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>

namespace hubspool {

class byte_budget {
public:
    struct held_bytes {
        std::size_t all = 0;
        per_lane<std::size_t> by_lane = {};
    };

    // `woken`: called on the loop thread when there may be room again after there was none. It must
    // not wait.
    explicit byte_budget(
        std::size_t bytes_max, std::function<void()> woken = [] {})
        : bytes_max_(bytes_max), lane_max_(bytes_max / 4 * 3), woken_(std::move(woken)) {}

    // Little is under way, and what is held or under way is less than the limit, and of the lane
    // less than three quarters of it: so one lane always leaves room for the other.
    // `however_much_is_held`: the limit does not bind. Intake thread.
    bool has_room(lane which, bool however_much_is_held = false) {
        const std::lock_guard lock(mutex_);
        const bool room = under_way_ < under_way_max &&
                          (however_much_is_held || (held_.all + under_way_ < bytes_max_ &&
                                                    held_.by_lane[which] + under_way_ < lane_max_));
        waits_ = waits_ || !room;
        return room;
    }
    // A block goes to the loop thread.
    void spend(std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        under_way_ += bytes;
    }
    // A block of `arrived` bytes was taken over; `held` is what is pending now. Loop thread.
    void account(std::size_t arrived, const held_bytes& held) {
        {
            const std::lock_guard lock(mutex_);
            under_way_ -= arrived;
            held_ = held;
            if (!std::exchange(waits_, false)) return;
        }
        woken_();
    }

private:
    // Enough that neither thread waits for the other at each block, and little enough that a block
    // is still in the processor's cache when it is taken.
    static constexpr std::size_t under_way_max = std::size_t{1} << 20;

    const std::size_t bytes_max_, lane_max_;
    const std::function<void()> woken_;
    std::mutex mutex_;
    held_bytes held_; // guarded by mutex_, like all below
    std::size_t under_way_ = 0;
    bool waits_ = false; // the intake thread, since it was told that there is no room
};

} // namespace hubspool
