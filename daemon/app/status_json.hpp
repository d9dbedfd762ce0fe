// What a running daemon says of itself, as JSON: only absolute times, so that it changes with the
// facts.
#pragma once

#include "core/dispatcher.hpp"
#include "state/state_store.hpp"

#include <string>

namespace hubspool {

struct live_view {
    dispatcher_status core;
    hubspool::totals run; // since the start
    bool drain = false;
    bool stopping = false;
};

std::string status_json(const live_view& view, boot_time now, wall_time wall);

} // namespace hubspool
