#include "core/limits/window_takeover.hpp"

#include <algorithm>

namespace hubspool {

boot_time window_taken_until(const std::vector<use_mark>& marks, milliseconds window,
                             boot_time now) {
    std::optional<boot_time> own, others; // the newest of each
    boot_time waits_until = {};
    for (const use_mark& mark : marks) {
        const boot_time written = std::min(mark.written.value_or(now), now);
        if (!mark.by_this_state) {
            others = std::max(others.value_or(written), written);
        } else if (mark.by_this_user && written >= own.value_or(written)) {
            // Who only claims to be this state hides no other.
            own = written;
            waits_until = mark.waits_until;
        }
    }
    // The other one may have sent up to a moment ago.
    if (others && (!own || *others >= *own)) return now + window;
    // A restart does not shorten the wait, nor does a mark that is wrong lengthen it.
    return std::min(waits_until, now + window);
}

} // namespace hubspool
