// Values of a parsed record: their types, and their text as it is sent. For core/change_json only,
// because it shows simdjson.
#pragma once

#include "core/records/known_fields.hpp"
#include "core/words/text_arena.hpp"

#include <simdjson.h>

#include <string>
#include <string_view>

namespace hubspool {

class lossless_json; // whose tree an element is of; it tells the element's text

// Appends the value as minified JSON: numbers digit by digit as they came, texts as the same text
// (escapes become characters).
void append_json(text_arena& out, simdjson::dom::element value, const lossless_json& json);

// Whether the value is one of the types that are no plain text.
bool has_special_type(simdjson::dom::element value, value_type type, const lossless_json& json);
// `null` has every type. Most documented values are texts, so that is asked first.
inline bool has_type(simdjson::dom::element value, value_type type, const lossless_json& json) {
    const bool may_be_text = type == value_type::text || type == value_type::scalar;
    return (may_be_text && value.is_string()) || has_special_type(value, type, json);
}

// What follows "is not" in a reason: "a text", "a date-time", ...
std::string_view described(value_type type);

// The value for a person, cut to a length that fits a line.
std::string excerpt(simdjson::dom::element value, const lossless_json& json);
std::string excerpt(std::string_view text);

} // namespace hubspool
