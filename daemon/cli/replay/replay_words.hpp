// A replay's plan, and jobs, in words and as JSON.
#pragma once

#include "base/json_writer.hpp"
#include "cli/replay/replay_choice.hpp"
#include "cli/replay/replay_plan.hpp"
#include "state/replay/replay_job.hpp"

#include <string>
#include <utility>
#include <vector>

namespace hubspool {

std::string plan_text(const replay_choice& choice, const replay_plan& plan, bool as_newest,
                      milliseconds window);
// As members of an object that the caller has begun.
void put_plan(json_writer& json, const replay_choice& choice, const replay_plan& plan);

// "running", "paused", "cancelled", "done"
std::string_view state_of(const replay_job& job, const replay_progress& progress);

using skipped_files = std::vector<std::pair<std::string, std::string>>; // with the reasons
std::string job_text(const replay_job& job, const replay_progress& progress,
                     const skipped_files& skipped, bool has_daemon);
void put_job(json_writer& json, const replay_job& job, const replay_progress& progress);

} // namespace hubspool
