// The daemon of `hubspool run`, or with `drain` the one that ends when everything that is queued at
// its call is settled.
#pragma once

#include "app/daemon/reloading.hpp"
#include "app/instance.hpp"
#include "app/metrics/metric_facts.hpp"
#include "app/run_result.hpp"

#include <optional>

namespace hubspool {

// Blocks until it has ended. Stops at SIGTERM and SIGINT, the drain at SIGHUP too: no new request,
// those under way are waited for; a second signal exits at once (app/stop_signals).
// `survey`: what metrics.listen tells of queue and state; empty: nothing. `configuration`: where it
// is read again at SIGHUP, and the run ends when it has changed; empty: never.
run_result run_daemon(instance& running, const std::optional<drain_options>& drain,
                      const queue_survey_maker& survey = {},
                      configuration_source configuration = {});

} // namespace hubspool
