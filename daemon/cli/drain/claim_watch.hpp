// Whether another process has claimed what was queued at a call. Pure.
#pragma once

#include "core/words/time.hpp"

#include <cstdint>

namespace hubspool {

// It has when nothing of that is left, or when nothing of it went for `patience`: the rest is
// stepped over then, and no wait would change that.
class claim_watch {
public:
    // `waiting`: files at the call.
    claim_watch(std::uint64_t waiting, milliseconds patience, boot_time called)
        : patience_(patience), waiting_(waiting), until_(called + patience) {}

    // `waiting`: of these files, now.
    bool has_ended(std::uint64_t waiting, boot_time now) {
        // Each claim shows that it is at work, and gives it more time.
        if (waiting < waiting_) until_ = now + patience_;
        waiting_ = waiting;
        return waiting == 0 || now >= until_;
    }
    std::uint64_t waiting() const { return waiting_; } // at the last look

private:
    milliseconds patience_;
    std::uint64_t waiting_;
    boot_time until_;
};

} // namespace hubspool
