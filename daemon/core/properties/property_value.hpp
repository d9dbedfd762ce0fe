// Whether HubSpot would take a value for a property. Pure.
//
// In doubt it is taken: the words for a value are HubSpot's guide's ("Properties", "Property
// validations"), and what is not said there is not held against a record.
#pragma once

#include "core/properties/property_definition.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

enum class property_fault : std::uint8_t {
    undocumented, // a field beside the custom properties that HubSpot does not document
    unknown,
    archived,
    calculated,
    read_only,
    wrong_type,
    wrong_option,
    broken_rule,
};
std::string_view to_string(property_fault fault); // "wrong_type"

enum class value_kind : std::uint8_t { none, text, number, boolean };

// What a custom property is to become.
struct plain_value {
    value_kind kind = value_kind::none;
    std::string text; // of any kind; numbers as they came
};

// From what stands beside the name: "value":"x"}
plain_value read_plain_value(std::string_view beside_name);

// Milliseconds since 1970, of such a number in digits, a moment in ISO 8601, or a day, which is its
// midnight in UTC.
std::optional<std::int64_t> moment_of(std::string_view text);

// Nothing: it fits, or it clears the property.
std::optional<property_fault> fault_of(const plain_value& value,
                                       const property_definition& definition);
// What the property wants: "takes numbers"; for one of the faults that a value may have.
std::string wanted_by(const property_definition& definition, property_fault fault);
// What was most likely meant; empty: nobody knows.
std::string meant_by(const plain_value& value, const property_definition& definition);

} // namespace hubspool
