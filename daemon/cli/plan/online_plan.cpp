#include "cli/plan/online_plan.hpp"

#include "app/online/property_questions.hpp"
#include "base/log.hpp"
#include "cli/check/check_findings.hpp"
#include "cli/printing.hpp"
#include "cli/replay/replay_plan.hpp"
#include "os/core_dump.hpp"
#include "state/ledger/acknowledging_rows.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

constexpr std::size_t faults_shown = 20;
constexpr std::size_t fault_bytes = 300;
constexpr std::uint64_t questions_most = 500;

std::string fault_text(const faulty_field& fault) {
    std::string text =
        fmt::format("    {}: {}\n", fault.records, one_line(fault.words, fault_bytes));
    for (const std::string& place : fault.places)
        text += fmt::format("      {}\n", one_line(place, fault_bytes));
    return text;
}

std::string events_text(const online_plan& online) {
    const asked_ids& events = *online.events;
    std::string text =
        fact_row("events", events.unknown.empty() ? "none is known to be missing at HubSpot"
                                                  : counted(events.unknown.size(), "object") +
                                                        " HubSpot has no event for");
    for (std::size_t i = 0; i < std::min(faults_shown, events.unknown.size()); ++i) {
        const std::string& id = events.unknown[i];
        text += fmt::format("    {}, {}: {}\n", one_line(id, fault_bytes),
                            counted(online.ids.records(id), "record"),
                            one_line(online.ids.place(id), fault_bytes));
    }
    if (events.unknown.size() > faults_shown)
        text += fmt::format("    and {} more (--json has them)\n",
                            events.unknown.size() - faults_shown);
    if (!events.stopped.empty())
        text += fmt::format("    {} not looked up: {}\n", counted(events.left, "object"),
                            one_line(events.stopped, fault_bytes));
    return text;
}

void put_events(json_writer& json, const online_plan& online) {
    const asked_ids& events = *online.events;
    json.begin_object().key("questions").value(events.questions).key("unknown").begin_array();
    for (const std::string& id : events.unknown)
        json.begin_object()
            .key("object_id")
            .value(id)
            .key("records")
            .value(online.ids.records(id))
            .key("place")
            .value(online.ids.place(id))
            .end_object();
    json.end_array().key("not_looked_up").value(events.left).key("stopped");
    events.stopped.empty() ? json.null() : json.value(events.stopped);
    json.end_object();
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

void take_online(online_plan& online, const decoded_block& block, const std::string& file,
                 const std::function<bool(std::uint64_t)>& is_over) {
    if (!online.survey) return;
    online.survey->take(block, file, is_over);
    online.ids.take(block, file, is_over);
}

void look_up_objects(online_plan& online, std::uint64_t objects, const settings& options) {
    if (!online.survey) return;
    id_round round;
    // Without a history nobody knows whose events they are.
    if (auto portal = portal_of_history(options.state.directory)) round.portal = *portal;
    round.object_ids = online.ids.object_ids();
    const std::uint64_t kept = round.object_ids.size();
    round.limit = present_limit(options);
    round.questions_max = questions_most;
    round.progress = [](std::size_t left) {
        if (::isatty(STDERR_FILENO) == 1)
            log::show_progress(fmt::format("{} to look up at HubSpot", counted(left, "object")));
    };
    online.events = ask_for_unknown_ids(options, std::move(round));
    if (!online.ids.is_whole()) {
        online.events->left += objects - std::min(objects, kept);
        if (online.events->stopped.empty())
            online.events->stopped = fmt::format("only the first {} are", kept);
    }
    log::show_progress("");
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
    if (online.events) text += events_text(online);
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
        json.null().key("events").null().end_object();
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
    json.end_array().key("faults_untold").value(online.survey->untold()).key("events");
    if (online.events)
        put_events(json, online);
    else
        json.null();
    json.end_object();
}

} // namespace hubspool
