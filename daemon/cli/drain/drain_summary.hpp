// What a drain says when it has ended: for a person, for scripts, and into the file of --report.
#pragma once

#include "app/run_result.hpp"
#include "cli/report/report_forms.hpp"
#include "cli/report/span_report.hpp"
#include "cli/status/status_report.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>

namespace hubspool {

struct drain_summary {
    run_result ended;
    wall_time finished = {};
    std::optional<status_report> left; // what was not dealt with; nothing: it cannot be told
    std::optional<span_report> span;   // from its call to its end; nothing: there is no state
};

// Looks into queue and state, which the drain has let go of. `called`: when it was.
drain_summary sum_up_drain(const settings& options, run_result ended, wall_time called);

// Pure. For the terminal; `config_path` stands in what it proposes to call.
std::string summary_text(const drain_summary& summary, const std::string& config_path);
// One object; the file's form may be another one.
std::string summary_json(const drain_summary& summary, const settings& options);
std::string summary_in(report_form form, const drain_summary& summary, const settings& options);

} // namespace hubspool
