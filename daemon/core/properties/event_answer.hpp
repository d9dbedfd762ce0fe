// What HubSpot answers to who asks for one event (GET .../marketing-events/{objectId}; schema
// MarketingEventPublicReadResponseV2). Pure.
#pragma once

#include "core/properties/property_value.hpp"
#include "core/words/field_key.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

struct told_field {
    field_key key;
    plain_value value;
};

struct told_event {
    std::string object_id;
    std::vector<told_field> fields; // scalars; what is not set may be missing
    std::string updated_at;         // as it came; empty: not told

    // Null: HubSpot does not tell it, as it does of what is not set.
    const plain_value* find(const field_key& key) const;
};

// Nothing: the body is no event.
std::optional<told_event> read_event(std::string_view body);

} // namespace hubspool
