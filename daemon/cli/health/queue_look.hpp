// What metrics tell of queue and state, from the report of `status`.
#pragma once

#include "app/metrics/metric_facts.hpp"
#include "cli/status/status_report.hpp"
#include "config/settings.hpp"
#include "core/words/time.hpp"

namespace hubspool {

// Pure. `now`: when the report was made.
queue_figures queue_figures_of(const status_report& report, wall_time now);

// Makes a report each time it is asked; for the daemon's own metrics thread.
queue_survey_maker make_queue_survey(const settings& options);

} // namespace hubspool
