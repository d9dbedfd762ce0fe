#include "cli/plan/online_plan.hpp"

#include "app/online/property_questions.hpp"
#include "cli/check/check_findings.hpp"
#include "cli/printing.hpp"
#include "os/core_dump.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t faults_shown = 20;
constexpr std::size_t fault_bytes = 300;

std::string fault_text(const faulty_field& fault) {
    std::string text =
        fmt::format("    {}: {}\n", fault.records, one_line(fault.words, fault_bytes));
    for (const std::string& place : fault.places)
        text += fmt::format("      {}\n", one_line(place, fault_bytes));
    return text;
}

} // namespace

online_plan begin_online_plan(const settings& options) {
    refuse_core_dumps(); // the token is read from here on
    told_properties told = ask_for_properties(options);
    online_plan begun;
    begun.told = std::move(told.found);
    if (told.known) begun.survey.emplace(std::move(*told.known));
    return begun;
}

std::string online_text(const online_plan& online) {
    std::string text;
    for (const finding& one : online.told) text += fact_row(one.subject, one.words);
    if (!online.survey) return text;
    const std::vector<faulty_field> faults = online.survey->found();
    const std::uint64_t refused = online.refused_records();
    text += fact_row("refused", refused == 0 ? "none for its properties"
                                             : counted(refused, "record") + " for properties");
    for (std::size_t i = 0; i < std::min(faults_shown, faults.size()); ++i)
        text += fault_text(faults[i]);
    if (faults.size() > faults_shown)
        text += fmt::format("    and {} more (--json has them)\n", faults.size() - faults_shown);
    if (online.survey->untold() > 0)
        text += fmt::format("    and {} of more fields than are told apart\n",
                            counted(online.survey->untold(), "fault"));
    return text;
}

void put_online(json_writer& json, const online_plan& online) {
    json.begin_object().key("told").begin_array();
    for (const finding& one : online.told)
        json.begin_object()
            .key("level")
            .value(to_string(one.level))
            .key("subject")
            .value(one.subject)
            .key("words")
            .value(one.words)
            .end_object();
    json.end_array().key("properties");
    if (!online.survey) {
        json.null().end_object();
        return;
    }
    json.value(online.survey->known().count());
    json.key("refused_records").value(online.refused_records()).key("faults").begin_array();
    for (const faulty_field& fault : online.survey->found()) {
        json.begin_object().key("fault").value(to_string(fault.what));
        json.key("field").value(fault.field).key("words").value(fault.words);
        json.key("records").value(fault.records).key("places").begin_array();
        for (const std::string& place : fault.places) json.value(place);
        json.end_array().end_object();
    }
    json.end_array().key("faults_untold").value(online.survey->untold()).end_object();
}

} // namespace hubspool
