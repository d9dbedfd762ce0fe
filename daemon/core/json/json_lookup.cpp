#include "core/json/json_lookup.hpp"

#include "core/json/lossless_json.hpp"

#include <simdjson.h>

namespace hubspool {

struct json_lookup::parsed {
    // With a padding of its own: simdjson reads beyond the end.
    explicit parsed(std::string_view json) : root(parser.parse(simdjson::padded_string(json))) {}

    simdjson::dom::parser parser; // owns what `root` points into
    simdjson::simdjson_result<simdjson::dom::element> root;
};

json_lookup::json_lookup(std::string_view json) : parsed_(std::make_unique<parsed>(json)) {
}

json_lookup::~json_lookup() = default;

bool json_lookup::is_object() const {
    return parsed_->root.is_object();
}

std::optional<std::string> json_lookup::text(std::string_view pointer) const {
    std::string_view text;
    if (parsed_->root.at_pointer(pointer).get(text)) return {};
    return std::string(text);
}

std::optional<std::uint64_t> json_lookup::number(std::string_view pointer) const {
    // A negative or broken number is none.
    std::uint64_t number = 0;
    if (parsed_->root.at_pointer(pointer).get(number)) return {};
    return number;
}

bool json_lookup::is_true(std::string_view pointer) const {
    bool value = false;
    return !parsed_->root.at_pointer(pointer).get(value) && value;
}

std::size_t json_lookup::elements(std::string_view pointer) const {
    simdjson::dom::array array;
    return parsed_->root.at_pointer(pointer).get(array) ? 0 : array.size();
}

std::optional<std::string> json_text_at(std::string_view json, std::string_view pointer) {
    return json_lookup(json).text(pointer);
}

std::optional<std::uint64_t> json_number_at(std::string_view json, std::string_view pointer) {
    return json_lookup(json).number(pointer);
}

bool is_json_object(std::string_view json) {
    lossless_json tree;
    simdjson::dom::element root;
    return tree.parse(json, root) == simdjson::SUCCESS && root.is_object();
}

} // namespace hubspool
