// What counts against pending.max_bytes of that which was read, and when what reading has freed is
// given back to the system. Pure; loop thread.
#pragma once

#include "core/dispatch/engine_parts.hpp"
#include "core/engine/give_back_rule.hpp"

#include <algorithm>
#include <cstddef>

namespace hubspool {

class held_memory {
public:
    explicit held_memory(const engine_parts& parts) : parts_(parts) {}

    // A block of so many bytes was read.
    void read(std::size_t bytes) { give_back_.read(bytes); }
    // Reading has begun or paused. True: give back now.
    bool reading(bool begins) { return give_back_.reading(begins); }
    // What open files cost elsewhere, and those that only wait for their turn to leave cur/. The
    // latter count for a quarter of the limit at most: they may wait for a file that still has to
    // be read, and must leave it room.
    void files_cost(std::size_t bytes, std::size_t settled_bytes) {
        file_bytes_ = bytes + std::min(settled_bytes, parts_.options.pending_bytes_max / 4);
    }

    std::size_t bytes() const;
    // Three quarters of the limit: nothing waits for company, nor for the end of reading. Asked at
    // any time, also while nothing may go: the end of a drain depends on it.
    bool is_under_pressure() const;

private:
    const engine_parts& parts_;
    give_back_rule give_back_;
    std::size_t file_bytes_ = 0;
};

} // namespace hubspool
