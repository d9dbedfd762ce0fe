#include "core/properties/event_page.hpp"

#include "core/json/lossless_json.hpp"
#include "core/records/object_id.hpp"

#include <simdjson.h>

#include <utility>

namespace hubspool {

using simdjson::dom::element;

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
        std::string_view text;
        if (each["objectId"].get(id) != simdjson::SUCCESS) return {};
        if (id.get(text) != simdjson::SUCCESS) {
            if (!lossless_json::is_number(id)) return {};
            text = json.number(id);
        }
        page.object_ids.emplace_back(canonical_object_id(text));
        if (page.object_ids.back().empty()) return {};
    }
    std::string_view after;
    if (root["paging"]["next"]["after"].get(after) == simdjson::SUCCESS) page.after = after;
    return page;
}

} // namespace hubspool
