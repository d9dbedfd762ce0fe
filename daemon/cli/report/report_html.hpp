// A report as one HTML page that needs nothing else: charts as SVG, no script. All that comes from
// data is escaped. Pure.
#pragma once

#include "cli/report/span_report.hpp"

#include <string>
#include <vector>

namespace hubspool {

std::string report_html(const span_report& report);

// Hours of a long span are joined, so that no chart has more bars than this. Those in which nothing
// ended are in it, too.
inline constexpr std::size_t chart_bars_max = 96;
std::vector<hour_figures> chart_steps(const std::vector<hour_figures>& hours);

} // namespace hubspool
