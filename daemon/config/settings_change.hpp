// What has changed from one configuration to another. Pure.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// Keys, in the order of the shipped file.
std::vector<std::string> changed_keys(const settings& before, const settings& now);

// Whether a running daemon takes it in as it goes: what concerns the log alone.
bool is_taken_live(std::string_view key);

} // namespace hubspool
