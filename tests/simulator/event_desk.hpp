// One event as HubSpot tells it to who asks (schema MarketingEventPublicReadResponseV2): custom
// properties as texts, moments in UTC, nothing of what is not set and of fields that HubSpot does
// not document. Pure.
#pragma once

#include "simulator/object_map.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool::simulator {

// The id in such a path: /marketing/v3/marketing-events/7, /marketing/marketing-events/2026-03/7.
std::optional<std::string_view> event_in(std::string_view target);

// What a page of the list of them is asked for with:
// /marketing/marketing-events/v3?limit=100&after=200.
struct list_request {
    std::size_t limit = 10;
    std::size_t after = 0; // so many events come before it
};
std::optional<list_request> event_list_in(std::string_view target);

std::string event_json(const object_state& object, const field_names& names,
                       std::string_view updated_at);

} // namespace hubspool::simulator
