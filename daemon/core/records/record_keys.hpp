// The keys that a decoder meets in records, and those that have a meaning of their own.
#pragma once

#include "core/records/known_fields.hpp"
#include "core/records/known_keys.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace hubspool {

struct record_keys {
    known_keys fields{field_kind::property,
                      [](std::string_view key) { return type_of(input_fields, key); }};
    known_keys names{field_kind::custom,
                     [](std::string_view) { return std::optional<value_type>(); }};
    known_keys attributes{field_kind::property, [](std::string_view key) {
                              return type_of(property_value_attributes, key);
                          }};
    known_key& object_id = fields.find("objectId");
    known_key& envelope = fields.find("$hubspool");
    known_key& custom_properties = fields.find("customProperties");
    known_key& name = attributes.find("name");
    known_key& value = attributes.find("value");
    std::uint64_t block_number = 0;

    // Before each record.
    void begin(const decoded_block& block) {
        // No key was given a place in it yet: for all that is known it is another one.
        if (block.keys.empty()) ++block_number;
        fields.begin_record();
        names.begin_record();
        attributes.begin_record();
    }
};

} // namespace hubspool
