// A report as a text of at most 80 columns, for a mail. Pure.
#pragma once

#include "cli/report/span_report.hpp"

#include <string>

namespace hubspool {

std::string report_text(const span_report& report);
// A line for each of the files with the most trouble, and one for the rest; empty: no files.
std::string report_files_text(const report_files& files);

// What several forms say in the same words.
std::string remark_of(const file_row& row);
std::string example_text(const report_reasons::example& example, const span_report& report);
// "" when no quota and no count of the day is known.
std::string day_text(const span_report& report);
std::string park_text(const park_row& park);

} // namespace hubspool
