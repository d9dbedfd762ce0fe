// The report of `status --json`. Pure.
#pragma once

#include "cli/status/status_report.hpp"
#include "config/settings.hpp"

#include <string>

namespace hubspool {

// One object. What the daemon says of itself is in it as it lies in status.json, under "live".
std::string status_report_json(const settings& options, const status_report& report);

} // namespace hubspool
