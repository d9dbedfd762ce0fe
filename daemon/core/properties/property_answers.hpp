// What HubSpot answers when it is asked for definitions of properties, and for their rules.
//
// From its OpenAPI files: CollectionResponsePropertyNoPaging of GET /crm/properties/.../0-54, and
// CollectionResponsePublicPropertyValidationRuleMapNoPaging of GET /crm/property-validations/...
// Only what is looked at must be there; a type that HubSpot adds takes any text. Pure. Any bytes
// are a valid body.
#pragma once

#include "core/properties/property_definition.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// Nothing: it is no such answer.
std::optional<std::vector<property_definition>> read_property_definitions(std::string_view body);

struct ruled_property {
    std::string name; // as the name of a field_key
    std::vector<property_rule> rules;
};
std::optional<std::vector<ruled_property>> read_property_rules(std::string_view body);

} // namespace hubspool
