// What is asked beside the updates: OAuth's tokens, the account's details, usage and properties,
// and its events.
#include "simulator/backend.hpp"
#include "simulator/fault_answers.hpp"
#include "simulator/property_desk.hpp"

#include <fmt/format.h>

namespace hubspool::simulator {

namespace {

constexpr std::string_view aside_id = "5b9c1e4a-0000-4000-8000-0000000000bb";

bool is(std::string_view target, std::string_view first, std::string_view last) {
    return target.starts_with(first) && target.ends_with(last) &&
           target.size() > first.size() + last.size();
}

} // namespace

std::optional<reply_text> backend::refused_token(std::string_view token, std::string_view id,
                                                 arrival_time now) {
    const auto holder = desk_.holder_of(token, now);
    if (!settings_.unauthorized && holder.portal != 0 && !holder.expired) return std::nullopt;
    ++seen_.unauthorized;
    return holder.expired ? expired_reply(id)
                          : unauthorized_reply(id, settings_.echo_tokens ? token : "");
}

// What a fault at the door makes of it; nothing: there is none.
std::optional<reply_text> backend::spoiled_aside() {
    const fault* what = faults_.at_the_door();
    if (what == nullptr) return std::nullopt;
    auto made = fault_reply(*what, aside_id, ++numbers_);
    if (made) return made;
    ++seen_.cut;
    return reply_text{0, false, {}, {}};
}

milliseconds backend::aside_wait() {
    const std::lock_guard lock(mutex_);
    const fault* what = faults_.at_the_door();
    return milliseconds(settings_.aside_ms) + (what == nullptr ? milliseconds(0) : what->stall);
}

std::optional<reply_text> backend::aside(std::string_view method, std::string_view target,
                                         std::string_view token, std::string_view body,
                                         arrival_time now) {
    const std::lock_guard lock(mutex_);
    if (method == "POST" && is(target, "/oauth/", "/token")) {
        if (auto spoiled = spoiled_aside()) return spoiled;
        return desk_.exchange_refresh_token(body, now);
    }
    if (method == "POST" && is(target, "/oauth/", "/token/introspect")) {
        if (auto spoiled = spoiled_aside()) return spoiled;
        return desk_.introspect(body);
    }
    const bool details = method == "GET" && is(target, "/account-info/", "/details");
    const bool usage =
        method == "GET" && is(target, "/account-info/", "/api-usage/daily/private-apps");
    const bool of_properties = method == "GET" && target.starts_with("/crm/");
    const auto of_event = method == "GET" ? event_in(target) : std::nullopt;
    const auto of_list = method == "GET" ? event_list_in(target) : std::nullopt;
    if (!details && !usage && !of_properties && !of_event && !of_list) return std::nullopt;
    exchange counted;
    counted.number = ++numbers_;
    counted.in_window = window_.arrive(now);
    auto reply = of_list         ? event_list(*of_list, token, counted.in_window, now)
                 : of_event      ? event(*of_event, token, counted.in_window, now)
                 : of_properties ? properties(target, token, counted.in_window, now)
                                 : account(details, token, counted.in_window, now);
    reply.headers += headers(counted);
    return reply;
}

std::optional<reply_text> backend::refused_aside(std::string_view token, std::uint32_t in_window,
                                                 arrival_time now) {
    if (settings_.html_portal) return html_reply(200);
    if (auto spoiled = spoiled_aside()) return spoiled;
    if (auto refused = refused_token(token, aside_id, now)) return refused;
    if (settings_.enforce && settings_.limit != 0 && in_window > settings_.limit)
        return too_many_reply(aside_id, false);
    return std::nullopt;
}

// GET /crm/v3/properties/0-54, /crm/2026-03/... and with ?archived=true, and the same of
// property-validations.
reply_text backend::properties(std::string_view target, std::string_view token,
                               std::uint32_t in_window, arrival_time now) {
    ++seen_.account_requests;
    if (auto refused = refused_aside(token, in_window, now)) return std::move(*refused);
    const auto status = static_cast<int>(settings_.properties_status);
    if (status != 0) return error_reply(aside_id, status, {});
    const bool archived = target.ends_with("?archived=true");
    if (archived) target.remove_suffix(std::string_view("?archived=true").size());
    if (!target.ends_with("/0-54")) return html_reply(404);
    std::vector<property_words> defined;
    for (const std::string& words : settings_.properties)
        if (auto made = parse_property(words)) defined.push_back(std::move(*made));
    if (target.find("/property-validations/") != std::string_view::npos)
        return json_reply(200, property_rules_json(defined));
    return json_reply(200, properties_json(defined, archived, settings_.properties_pad));
}

// GET /marketing/v3/marketing-events/{objectId}, and the same of a dated version.
reply_text backend::event(std::string_view id, std::string_view token, std::uint32_t in_window,
                          arrival_time now) {
    ++seen_.event_requests;
    if (auto refused = refused_aside(token, in_window, now)) return std::move(*refused);
    const auto status = static_cast<int>(settings_.events_status);
    if (status != 0) return error_reply(aside_id, status, {});
    const object_state* const object = portal_.find(id);
    if (object == nullptr || !object->exists || unknown(id))
        return hubspot_error(404, aside_id, "resource not found",
                             R"(,"category":"OBJECT_NOT_FOUND")");
    return json_reply(200, event_json(*object, portal_.names(), clock_.iso()));
}

// GET /marketing/marketing-events/v3?limit=100&after=200, and the same of a dated version.
reply_text backend::event_list(const list_request& list, std::string_view token,
                               std::uint32_t in_window, arrival_time now) {
    ++seen_.event_requests;
    if (auto refused = refused_aside(token, in_window, now)) return std::move(*refused);
    const auto status = static_cast<int>(settings_.events_status);
    if (status != 0) return error_reply(aside_id, status, {});
    std::string results;
    std::size_t place = 0;
    portal_.for_each_existing([&](const object_state& object) {
        if (unknown(object.id)) return;
        if (place >= list.after && place < list.after + list.limit)
            results +=
                (results.empty() ? "" : ",") + event_json(object, portal_.names(), clock_.iso());
        ++place;
    });
    const std::size_t next = list.after + list.limit;
    const std::string paging =
        next < place ? fmt::format(R"(,"paging":{{"next":{{"after":"{}"}}}})", next) : "";
    return json_reply(200, fmt::format(R"({{"results":[{}]{}}})", results, paging));
}

reply_text backend::account(bool details, std::string_view token, std::uint32_t in_window,
                            arrival_time now) {
    ++seen_.account_requests;
    if (auto refused = refused_aside(token, in_window, now)) return std::move(*refused);
    if (settings_.account_status == 404) return html_reply(404);
    if (settings_.account_status != 0)
        return error_reply(aside_id, static_cast<int>(settings_.account_status), {});
    if (details)
        return json_reply(
            200, fmt::format(R"({{"portalId":{},"timeZone":"{}","accountType":"STANDARD",)"
                             R"("uiDomain":"app.hubspot.com","dataHostingLocation":"na1"}})",
                             desk_.holder_of(token, now).portal, settings_.time_zone));
    return json_reply(
        200, fmt::format(
                 R"({{"results":[{{"name":"private-apps-api-calls-daily","usageLimit":{},)"
                 R"("currentUsage":{},"fetchStatus":"SUCCESS",)"
                 R"("collectedAt":"2026-11-24T10:00:00Z","resetsAt":"2026-11-25T05:00:00Z"}}]}})",
                 settings_.daily == 0 ? 625000 : settings_.daily, today_));
}

} // namespace hubspool::simulator
