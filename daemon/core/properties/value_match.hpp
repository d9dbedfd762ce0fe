// Whether a value that HubSpot tells is the one that was delivered. Pure.
//
// HubSpot gives values back in a form of its own: numbers and truths as texts, moments in UTC,
// nothing for what is empty. None of these is another value. A property of a type that is not known
// is compared as it was sent.
#pragma once

#include "core/properties/property_value.hpp"
#include "core/words/field_key.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hubspool {

class defined_properties;

// How the values of one field are compared.
struct match_rules {
    std::optional<property_type> type; // nothing: it is not known
    bool takes_several = false;        // options in any order
    bool normalized = false;           // by a rule of the account: case and signs may change
};
// `known`: what the account has defined, or null.
match_rules match_rules_of(const field_key& key, const defined_properties* known);

// Of a field as it is sent: JSON, or of a custom property what stands beside its name.
plain_value read_sent_value(field_kind kind, std::string_view sent);

bool is_same_value(const plain_value& sent, const plain_value& told, const match_rules& rules);

// Whether a field of which only hash_of_value() is known was sent as this value, in one of its
// usual forms. False says nothing: there are others.
bool has_hash(std::uint64_t hash, field_kind kind, const plain_value& told);

} // namespace hubspool
