// The forms that a report can have. Pure.
#pragma once

#include "cli/report/span_report.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

enum class report_form : std::uint8_t { text, html, json };

// Nothing: there is no such form.
std::optional<report_form> form_named(std::string_view name);
// By the end of its name: .html, .htm, .txt; else JSON.
report_form form_of_file(std::string_view path);

std::string report_in(report_form form, const span_report& report);

} // namespace hubspool
