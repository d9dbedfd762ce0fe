// What a running daemon says of itself, as JSON: only absolute times, so that it changes with the
// facts.
#pragma once

#include "core/engine/dispatcher.hpp"
#include "state/state_store.hpp"

#include <string>

namespace hubspool {

// What requests were like since the start: the ground of an estimate.
struct send_figures {
    std::uint64_t inputs = 0;      // of all requests
    std::uint64_t answered = 0;    // requests that had a whole answer
    std::uint64_t answered_ms = 0; // from their first byte to it
};

struct live_view {
    dispatcher_status core;
    hubspool::totals run; // since the start
    send_figures sent;
    std::uint32_t connections = 0; // api.connections
    bool drain = false;
    bool stopping = false;
    bool resting = false;         // nothing to do: silent until something comes
    std::string credential_waits; // why a newer one is not used
};

std::string status_json(const live_view& view, boot_time now, wall_time wall);

} // namespace hubspool
