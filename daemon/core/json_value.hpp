// Values of a parsed record: their types, and their text as it is sent. For core/change_json only,
// because it shows simdjson.
#pragma once

#include "core/known_fields.hpp"
#include "core/text_arena.hpp"

#include <simdjson.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace hubspool {

// Whether strings may hold what must be escaped in JSON: not if nothing was in the text they were
// parsed from.
enum class json_escapes : std::uint8_t { none, possible };

// Appends the value as minified JSON: the same value, not always the same letters (1.10
// becomes 1.1, escapes become characters).
void append_json(text_arena& out, simdjson::dom::element value, json_escapes escapes);

// Whether the value is one of the types that are no plain text.
bool has_special_type(simdjson::dom::element value, value_type type);
// `null` has every type. Most documented values are texts, so that is asked first.
inline bool has_type(simdjson::dom::element value, value_type type) {
    const bool may_be_text = type == value_type::text || type == value_type::scalar;
    return (may_be_text && value.is_string()) || has_special_type(value, type);
}

// What follows "is not" in a reason: "a text", "a date-time", ...
std::string_view described(value_type type);

// The value for a person, cut to a length that fits a line.
std::string excerpt(simdjson::dom::element value);

} // namespace hubspool
