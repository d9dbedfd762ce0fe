// status.json: what a running daemon tells of itself, written and read in one place. `status
// --json` shows it as it lies there, under the key "live". Pure.
#pragma once

#include "core/engine/daemon_status.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

std::string status_json(const daemon_status& told);

// Any bytes are valid input. Nothing: it is no JSON object. It may be another version's: what is
// missing or of another type keeps its default, and keys that are not known are stepped over.
std::optional<daemon_status> parse_status_json(std::string_view json);

} // namespace hubspool
