// Whether at a start the rate window may be full of requests that this state does not know of:
// another state directory used the credential last. Each start on the machine leaves a mark.
#pragma once

#include "core/words/time.hpp"

#include <optional>
#include <vector>

namespace hubspool {

// What a start left behind.
struct use_mark {
    bool by_this_state = false; // by what it says
    bool by_this_user = false;  // who wrote it: everybody can read a state's id
    // Nothing: what it says was cut short, so it may be of a moment ago.
    std::optional<boot_time> written = {};
    boot_time waits_until = {}; // its own run waited so long for another state's
};

// Nothing is to be sent before; `now` or earlier: the window is this state's own. Pure.
boot_time window_taken_until(const std::vector<use_mark>& marks, milliseconds window,
                             boot_time now);

} // namespace hubspool
