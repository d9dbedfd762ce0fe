// Whether a hubspool works on this queue, told without taking its lock: a look must never be in the
// way of a start.
#pragma once

#include "config/settings.hpp"

#include <optional>
#include <string>

namespace hubspool {

struct running_daemon {
    int pid = 0;
    // What it says of itself (app/status_json.hpp); empty when what lies there is another
    // process's.
    std::string status;
};

// Nothing: no process holds the queue's lock.
std::optional<running_daemon> find_daemon(const settings& options);

} // namespace hubspool
