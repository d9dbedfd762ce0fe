// The documented fields of an input and of a custom property, with their types.
//
// From HubSpot's OpenAPI file: MarketingEventPublicUpdateRequestFullV2 and PropertyValue.
// Enumerations (source, dataSensitivity) are open: HubSpot adds values, so they are text here.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hubspool {

enum class value_type : std::uint8_t {
    text,
    boolean,
    date_time, // RFC 3339
    int64,
    int32,
    int64_list,
    masked_substrings, // {"substrings":[{"start":int32,"end":int32}]}
    scalar,            // anything but an object or an array
};

struct known_field {
    std::string_view name;
    value_type type;
};

// objectId and customProperties have rules of their own.
inline constexpr std::array<known_field, 8> input_fields{{
    {"eventName", value_type::text},
    {"eventType", value_type::text},
    {"eventOrganizer", value_type::text},
    {"eventDescription", value_type::text},
    {"eventUrl", value_type::text},
    {"eventCancelled", value_type::boolean},
    {"startDateTime", value_type::date_time},
    {"endDateTime", value_type::date_time},
}};

// `name` has rules of its own, too. `value` is documented as text, but the API takes other scalars,
// and producers write them.
inline constexpr std::array<known_field, 19> property_value_attributes{{
    {"value", value_type::scalar},
    {"dataSensitivity", value_type::text},
    {"isEncrypted", value_type::boolean},
    {"isLargeValue", value_type::boolean},
    {"maskedSubstrings", value_type::masked_substrings},
    {"persistenceTimestamp", value_type::int64},
    {"requestId", value_type::text},
    {"selectedByUser", value_type::boolean},
    {"selectedByUserTimestamp", value_type::int64},
    {"source", value_type::text},
    {"sourceId", value_type::text},
    {"sourceLabel", value_type::text},
    {"sourceMetadata", value_type::text},
    {"sourceUpstreamDeployable", value_type::text},
    {"sourceVid", value_type::int64_list},
    {"timestamp", value_type::int64},
    {"unit", value_type::text},
    {"updatedByUserId", value_type::int32},
    {"useTimestampAsPersistenceTimestamp", value_type::boolean},
}};

template <std::size_t Count>
constexpr std::optional<value_type> type_of(const std::array<known_field, Count>& fields,
                                            std::string_view name) {
    for (const known_field& known : fields) {
        if (known.name == name) return known.type;
    }
    return std::nullopt;
}

} // namespace hubspool
