#include "core/properties/event_page.hpp"

#include "core/json/lossless_json.hpp"
#include "core/records/object_id.hpp"

#include <simdjson.h>

#include <utility>

namespace hubspool {

using simdjson::dom::element;

namespace {

// Of a string or a number; empty: it is neither.
std::string_view text_of(element value, const lossless_json& json) {
    std::string_view text;
    if (value.get(text) == simdjson::SUCCESS) return text;
    return lossless_json::is_number(value) ? json.number(value) : std::string_view();
}

} // namespace

std::optional<event_page> read_event_page(std::string_view body) {
    lossless_json json;
    element root;
    simdjson::dom::array results;
    if (json.parse(body, root) != simdjson::SUCCESS ||
        root["results"].get(results) != simdjson::SUCCESS)
        return {};
    event_page page;
    for (const element each : results) {
        element id;
        if (each["objectId"].get(id) != simdjson::SUCCESS) return {};
        page.object_ids.emplace_back(canonical_object_id(text_of(id, json)));
        if (page.object_ids.back().empty()) return {};
    }
    element next, after;
    if (root["paging"]["next"].get(next) != simdjson::SUCCESS || next.is_null()) return page;
    // Taken for the last page, events of the next ones would seem not to be there.
    if (next["after"].get(after) != simdjson::SUCCESS) return {};
    page.after = text_of(after, json);
    if (page.after.empty()) return {};
    return page;
}

} // namespace hubspool
