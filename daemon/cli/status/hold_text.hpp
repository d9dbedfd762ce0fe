// What a running daemon says of why it sends nothing (core/sending_hold), for a person.
#pragma once

#include "core/engine/daemon_status.hpp"
#include "core/words/time.hpp"

#include <string>

namespace hubspool {

// "REASON, until 18:20:11Z", with the day when that is not today.
std::string hold_text(const daemon_status::hold& hold, wall_time now);

} // namespace hubspool
