#include "core/records/json_value.hpp"

#include "core/json/json_number.hpp"
#include "core/json/json_text.hpp"
#include "core/json/lossless_json.hpp"
#include "core/words/date_time.hpp"

#include <cstdint>
#include <limits>

namespace hubspool {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t excerpt_bytes_max = 80;

void append_string(text_arena& out, std::string_view text, const lossless_json& json) {
    // What needs an escape in JSON can only have come into the text by one.
    json.has_escapes() ? append_json_string(out, text) : out.append_quoted(text);
}

void append_object(text_arena& out, simdjson::dom::object object, const lossless_json& json) {
    // The separator tells whether anything was written: an empty object still needs its brace.
    char separator = '{';
    for (const auto [key, value] : object) {
        out.push_back(separator);
        append_string(out, key, json);
        out.push_back(':');
        append_json(out, value, json);
        separator = ',';
    }
    if (separator == '{') out.push_back('{');
    out.push_back('}');
}

void append_array(text_arena& out, simdjson::dom::array array, const lossless_json& json) {
    char separator = '[';
    for (const element value : array) {
        out.push_back(separator);
        append_json(out, value, json);
        separator = ',';
    }
    if (separator == '[') out.push_back('[');
    out.push_back(']');
}

bool is_int64(element value, const lossless_json& json) {
    return lossless_json::is_number(value) && int64_value(json.number(value));
}

bool is_int32(element value, const lossless_json& json) {
    if (!lossless_json::is_number(value)) return false;
    const auto number = int64_value(json.number(value));
    return number && *number >= std::numeric_limits<std::int32_t>::min() &&
           *number <= std::numeric_limits<std::int32_t>::max();
}

bool is_int64_list(element value, const lossless_json& json) {
    simdjson::dom::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return false;
    for (const element item : list) {
        if (!is_int64(item, json)) return false;
    }
    return true;
}

bool is_masked_substring(element value, const lossless_json& json) {
    simdjson::dom::object range;
    // Unknown keys pass: HubSpot may add some, and refuses what it does not know itself.
    if (value.get_object().get(range) != simdjson::SUCCESS) return false;
    for (const auto [key, bound] : range) {
        if ((key == "start" || key == "end") && !has_type(bound, value_type::int32, json))
            return false;
    }
    return true;
}

bool is_masked_substrings(element value, const lossless_json& json) {
    simdjson::dom::object masked;
    if (value.get_object().get(masked) != simdjson::SUCCESS) return false;
    for (const auto [key, ranges] : masked) {
        if (key != "substrings" || ranges.is_null()) continue;
        simdjson::dom::array list;
        if (ranges.get_array().get(list) != simdjson::SUCCESS) return false;
        for (const element range : list) {
            if (!is_masked_substring(range, json)) return false;
        }
    }
    return true;
}

} // namespace

void append_json(text_arena& out, element value, const lossless_json& json) {
    switch (value.type()) {
    case element_type::STRING: return append_string(out, value.get_string().value_unsafe(), json);
    case element_type::OBJECT: return append_object(out, value.get_object().value_unsafe(), json);
    case element_type::ARRAY: return append_array(out, value.get_array().value_unsafe(), json);
    case element_type::INT64: return out.append(json.number(value));
    // Numbers are their places in a list, and no others are in the tree.
    case element_type::UINT64:
    case element_type::DOUBLE: return;
    case element_type::BOOL: return out.append(value.get_bool().value_unsafe() ? "true" : "false");
    case element_type::NULL_VALUE: return out.append("null");
    }
}

bool has_special_type(element value, value_type type, const lossless_json& json) {
    // null is a value of every field, and passed on.
    if (value.is_null()) return true;
    switch (type) {
    case value_type::text: return value.is_string();
    case value_type::boolean: return value.is_bool();
    case value_type::date_time:
        return value.is_string() && is_date_time(value.get_string().value_unsafe());
    case value_type::int64: return is_int64(value, json);
    case value_type::int32: return is_int32(value, json);
    case value_type::int64_list: return is_int64_list(value, json);
    case value_type::masked_substrings: return is_masked_substrings(value, json);
    case value_type::scalar: return !value.is_object() && !value.is_array();
    }
    return false;
}

std::string_view described(value_type type) {
    switch (type) {
    case value_type::text: return "a string";
    case value_type::boolean: return "true or false";
    case value_type::date_time: return "a date-time";
    case value_type::int64: return "an integer of 64 bits";
    case value_type::int32: return "an integer of 32 bits";
    case value_type::int64_list: return "an array of integers of 64 bits";
    case value_type::masked_substrings:
        return R"(of the form {"substrings":[{"start":1,"end":2}]})";
    case value_type::scalar: return "a string, a number, true, false or null";
    }
    return "";
}

std::string excerpt(element value, const lossless_json& json) {
    text_arena whole;
    append_json(whole, value, json);
    return excerpt(whole.text());
}

std::string excerpt(std::string_view text) {
    if (text.size() <= excerpt_bytes_max) return std::string(text);
    std::size_t cut = excerpt_bytes_max;
    // Never in the middle of a character: the reason is shown on a terminal.
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;
    return std::string(text.substr(0, cut)) + "...";
}

} // namespace hubspool
