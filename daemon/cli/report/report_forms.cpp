#include "cli/report/report_forms.hpp"

#include "cli/report/report_html.hpp"
#include "cli/report/report_json.hpp"
#include "cli/report/report_text.hpp"

namespace hubspool {

std::optional<report_form> form_named(std::string_view name) {
    if (name == "text") return report_form::text;
    if (name == "html") return report_form::html;
    if (name == "json") return report_form::json;
    return std::nullopt;
}

report_form form_of_file(std::string_view path) {
    if (path.ends_with(".html") || path.ends_with(".htm")) return report_form::html;
    return path.ends_with(".txt") ? report_form::text : report_form::json;
}

std::string report_in(report_form form, const span_report& report) {
    if (form == report_form::text) return report_text(report);
    if (form == report_form::html) return report_html(report);
    json_writer json;
    put_report(json, report);
    return json.take() + '\n';
}

} // namespace hubspool
