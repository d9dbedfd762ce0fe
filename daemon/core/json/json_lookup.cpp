#include "core/json/json_lookup.hpp"

#include <simdjson.h>

namespace hubspool {

std::optional<std::string> json_text_at(std::string_view json, std::string_view pointer) {
    simdjson::dom::parser parser;
    std::string_view text;
    if (parser.parse(simdjson::padded_string(json)).at_pointer(pointer).get(text)) return {};
    return std::string(text);
}

std::optional<std::uint64_t> json_number_at(std::string_view json, std::string_view pointer) {
    simdjson::dom::parser parser;
    std::uint64_t number = 0;
    if (parser.parse(simdjson::padded_string(json)).at_pointer(pointer).get(number)) return {};
    return number;
}

bool json_true_at(std::string_view json, std::string_view pointer) {
    simdjson::dom::parser parser;
    bool value = false;
    return !parser.parse(simdjson::padded_string(json)).at_pointer(pointer).get(value) && value;
}

bool is_json_object(std::string_view json) {
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    return !parser.parse(simdjson::padded_string(json)).get(object);
}

} // namespace hubspool
