// The body of a batch/update request, appended piece by piece.
//
// Every input is sent with `customProperties`, [] when there is none: HubSpot's schema requires it
// (MarketingEventPublicUpdateRequestFullV2).
#pragma once

#include "core/pending/field_set.hpp"

#include <string>
#include <string_view>

namespace hubspool {

inline constexpr std::string_view body_begin = R"({"inputs":[)";
inline constexpr std::string_view body_end = "]}";

void append_input(std::string& body, std::string_view object_id, const field_set& fields);

// At least as many bytes as append_input appends, a comma included.
inline std::size_t input_bytes_max(std::string_view object_id, const field_set& fields) {
    return 6 * object_id.size() + fields.json_bytes() + 48;
}

} // namespace hubspool
