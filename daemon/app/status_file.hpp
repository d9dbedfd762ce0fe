// status.json beside the database: what a running daemon says of itself, for `hubspool status`.
#pragma once

#include <string>

namespace hubspool {

// Replaces the file by rename; not durable, and not needed after a crash. Failures are logged once.
void write_status_file(const std::string& state_directory, const std::string& json);
// Empty when there is none.
std::string read_status_file(const std::string& state_directory);

} // namespace hubspool
