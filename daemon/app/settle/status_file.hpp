// status.json beside the database: what a running daemon says of itself, for `hubspool status`.
#pragma once

#include "core/words/time.hpp"

#include <string>

namespace hubspool {

// So often a daemon at rest, whose scans are the only time it wakes, says that it still holds. One
// at work says something more often, see core/engine/status_pace.
inline constexpr milliseconds rest_told_every = std::chrono::minutes(1);

// Replaces the file by rename; not durable, and not needed after a crash. Failures are logged once.
void write_status_file(const std::string& state_directory, const std::string& json);
// Says that what it tells still holds. Any thread; failures are left to whoever reads its age.
void touch_status_file(const std::string& state_directory);

struct status_file {
    std::string json; // empty: there is none
    wall_time told{}; // when it was written or touched last
};
status_file read_status_file(const std::string& state_directory);

} // namespace hubspool
