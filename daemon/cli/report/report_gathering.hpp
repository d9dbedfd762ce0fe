// Gathers what a report tells: from the state, and from what a running daemon says of itself.
// Changes nothing; beside a daemon or not.
#pragma once

#include "base/result.hpp"
#include "cli/report/span_report.hpp"
#include "config/settings.hpp"

namespace hubspool {

// `now`: a span that ends before it tells nothing of files that are not settled. ENOENT: hubspool
// has not run with this state yet.
result<span_report> gather_report(const settings& options, const time_span& span, wall_time now);

} // namespace hubspool
