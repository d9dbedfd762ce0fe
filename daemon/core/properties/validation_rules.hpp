// Rules that an account has set for the values of a property: those whose meaning HubSpot's guide
// leaves no doubt about ("Property validations"). Pure.
#pragma once

#include "core/properties/property_definition.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// A decimal number as HubSpot takes it: an optional sign, digits with or without a point, an
// optional exponent.
std::optional<double> number_of(std::string_view text);

// True only where no doubt is left. One that is not known is never broken.
bool breaks(std::string_view value, const property_rule& rule);
bool is_known_rule(const property_rule& rule);
std::string words_of(const property_rule& rule); // "MAX_LENGTH 80"

} // namespace hubspool
