// A report as one JSON object. Pure.
#pragma once

#include "base/json_writer.hpp"
#include "cli/report/span_report.hpp"

namespace hubspool {

void put_report(json_writer& json, const span_report& report);

} // namespace hubspool
