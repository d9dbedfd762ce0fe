// One event as HubSpot tells it to who asks (schema MarketingEventPublicReadResponseV2): custom
// properties as texts, moments in UTC, nothing of what is not set and of fields that HubSpot does
// not document. Pure.
#pragma once

#include "simulator/object_map.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool::simulator {

// The id in such a path: /marketing/v3/marketing-events/7, /marketing/marketing-events/2026-03/7.
std::optional<std::string_view> event_in(std::string_view target);

std::string event_json(const object_state& object, const field_names& names,
                       std::string_view updated_at);

} // namespace hubspool::simulator
