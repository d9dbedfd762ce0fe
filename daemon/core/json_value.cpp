#include "core/json_value.hpp"

#include "core/date_time.hpp"
#include "core/json_text.hpp"

#include <charconv>
#include <limits>

namespace hubspool {

namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

constexpr std::size_t excerpt_bytes_max = 80;

template <class Number>
std::string_view append_number(text_arena& out, Number number) {
    constexpr std::size_t digits_max = 32;
    char* const begin = out.room(digits_max);
    char* const end = std::to_chars(begin, begin + digits_max, number).ptr;
    out.took(end);
    return {begin, static_cast<std::size_t>(end - begin)};
}

void append_double(text_arena& out, double number) {
    // 1.0 stays a fraction: a server that reads it as text would tell it from 1.
    if (append_number(out, number).find_first_of(".e") == std::string_view::npos) out.append(".0");
}

void append_string(text_arena& out, std::string_view text, json_escapes escapes) {
    escapes == json_escapes::none ? out.append_quoted(text) : append_json_string(out, text);
}

void append_object(text_arena& out, simdjson::dom::object object, json_escapes escapes) {
    char separator = '{';
    for (const auto [key, value] : object) {
        out.push_back(separator);
        append_string(out, key, escapes);
        out.push_back(':');
        append_json(out, value, escapes);
        separator = ',';
    }
    if (separator == '{') out.push_back('{');
    out.push_back('}');
}

void append_array(text_arena& out, simdjson::dom::array array, json_escapes escapes) {
    char separator = '[';
    for (const element value : array) {
        out.push_back(separator);
        append_json(out, value, escapes);
        separator = ',';
    }
    if (separator == '[') out.push_back('[');
    out.push_back(']');
}

bool is_int32(element value) {
    if (!value.is<std::int64_t>()) return false;
    const std::int64_t number = value.get_int64().value_unsafe();
    return number >= std::numeric_limits<std::int32_t>::min() &&
           number <= std::numeric_limits<std::int32_t>::max();
}

bool is_int64_list(element value) {
    simdjson::dom::array list;
    if (value.get_array().get(list) != simdjson::SUCCESS) return false;
    for (const element item : list) {
        if (!item.is<std::int64_t>()) return false;
    }
    return true;
}

bool is_masked_substring(element value) {
    simdjson::dom::object range;
    if (value.get_object().get(range) != simdjson::SUCCESS) return false;
    for (const auto [key, bound] : range) {
        if ((key == "start" || key == "end") && !has_type(bound, value_type::int32)) return false;
    }
    return true;
}

bool is_masked_substrings(element value) {
    simdjson::dom::object masked;
    if (value.get_object().get(masked) != simdjson::SUCCESS) return false;
    for (const auto [key, ranges] : masked) {
        if (key != "substrings" || ranges.is_null()) continue;
        simdjson::dom::array list;
        if (ranges.get_array().get(list) != simdjson::SUCCESS) return false;
        for (const element range : list) {
            if (!is_masked_substring(range)) return false;
        }
    }
    return true;
}

} // namespace

void append_json(text_arena& out, element value, json_escapes escapes) {
    switch (value.type()) {
    case element_type::STRING:
        return append_string(out, value.get_string().value_unsafe(), escapes);
    case element_type::OBJECT:
        return append_object(out, value.get_object().value_unsafe(), escapes);
    case element_type::ARRAY: return append_array(out, value.get_array().value_unsafe(), escapes);
    case element_type::INT64: append_number(out, value.get_int64().value_unsafe()); return;
    case element_type::UINT64: append_number(out, value.get_uint64().value_unsafe()); return;
    case element_type::DOUBLE: return append_double(out, value.get_double().value_unsafe());
    case element_type::BOOL: return out.append(value.get_bool().value_unsafe() ? "true" : "false");
    case element_type::NULL_VALUE: return out.append("null");
    }
}

bool has_special_type(element value, value_type type) {
    if (value.is_null()) return true;
    switch (type) {
    case value_type::text: return value.is_string();
    case value_type::boolean: return value.is_bool();
    case value_type::date_time:
        return value.is_string() && is_date_time(value.get_string().value_unsafe());
    case value_type::int64: return value.is<std::int64_t>();
    case value_type::int32: return is_int32(value);
    case value_type::int64_list: return is_int64_list(value);
    case value_type::masked_substrings: return is_masked_substrings(value);
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

std::string excerpt(element value) {
    text_arena whole;
    append_json(whole, value, json_escapes::possible);
    std::string text(whole.text());
    if (text.size() <= excerpt_bytes_max) return text;
    std::size_t cut = excerpt_bytes_max;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xc0) == 0x80) --cut;
    text.resize(cut);
    return text + "...";
}

} // namespace hubspool
