// Holds what HubSpot tells of an event against what it acknowledged last. Pure; one thread.
#pragma once

#include "core/properties/defined_properties.hpp"
#include "core/properties/event_answer.hpp"
#include "core/words/field_key.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hubspool {

// A field that HubSpot acknowledged.
struct sent_field {
    field_key key;
    std::optional<std::string> value; // as it is sent (field_kind); nothing: it is not at hand
    std::uint64_t hash = 0;           // of that; 0: not known
    std::string why_not;              // it is not at hand
};

enum class field_match : std::uint8_t { same, differs, not_compared };

struct matched_field {
    field_match match = field_match::same;
    std::optional<std::string> sent, told; // texts; nothing: empty, or not at hand
    std::string note;                      // why it was not compared, or what may explain it
};

class event_comparison {
public:
    // `known`: what the account has defined, or null. It outlives this.
    explicit event_comparison(const defined_properties* known) : known_(known) {}

    matched_field match(const sent_field& sent, const told_event& told) const;

private:
    const defined_properties* known_;
};

} // namespace hubspool
