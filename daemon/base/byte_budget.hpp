// The bytes that may be read ahead of what is settled. The intake thread spends them and waits; the
// loop thread says what is held.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>

namespace hubspool {

class byte_budget {
public:
    explicit byte_budget(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // Waits until there is room: little is under way, and what is held or under way is less than
    // the limit. `however_much_is_held`: the limit does not bind. False: there is no room yet, or
    // close() was called. Intake thread.
    bool wait_for_room(std::chrono::milliseconds at_most, bool however_much_is_held = false) {
        std::unique_lock lock(mutex_);
        const bool room = room_.wait_for(lock, at_most, [&] {
            return closed_ || (under_way_ < under_way_max &&
                               (however_much_is_held || held_ + under_way_ < bytes_max_));
        });
        return room && !closed_;
    }
    // A block goes to the loop thread.
    void spend(std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        under_way_ += bytes;
    }
    // A block of `arrived` bytes was taken over; `held` is what is pending now. Loop thread.
    void account(std::size_t arrived, std::size_t held) {
        const std::lock_guard lock(mutex_);
        under_way_ -= arrived;
        held_ = held;
        if (under_way_ < under_way_max) room_.notify_all();
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        room_.notify_all();
    }

private:
    // Enough that neither thread waits for the other at each block, and little enough that a block
    // is still in the processor's cache when it is taken.
    static constexpr std::size_t under_way_max = std::size_t{1} << 20;

    const std::size_t bytes_max_;
    std::mutex mutex_;
    std::condition_variable room_;
    std::size_t held_ = 0; // guarded by mutex_, like all below
    std::size_t under_way_ = 0;
    bool closed_ = false;
};

} // namespace hubspool
