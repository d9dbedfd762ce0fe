// The report of `status` for a person. Pure.
#pragma once

#include "cli/status/status_report.hpp"
#include "config/settings.hpp"
#include "core/words/time.hpp"

#include <string>

namespace hubspool {

// Lines; what is as it should be and needs no word has none.
std::string status_report_text(const settings& options, const status_report& report, wall_time now);

} // namespace hubspool
