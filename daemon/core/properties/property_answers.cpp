#include "core/properties/property_answers.hpp"

#include "core/json/json_text.hpp"
#include "core/json/lossless_json.hpp"

#include <simdjson.h>

#include <algorithm>
#include <utility>

namespace hubspool {

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::string text_in(object from, std::string_view key) {
    std::string_view text;
    return from[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

bool is_true_in(object from, std::string_view key) {
    bool value = false;
    return from[key].get(value) == simdjson::SUCCESS && value;
}

// As names of fields are written, so that both can be compared byte by byte.
std::string name_in(object from, std::string_view key) {
    std::string name;
    append_json_escaped(name, text_in(from, key));
    return name;
}

// Calls visit(object) for each object of the list.
template <class Visit>
void for_each_object(array list, Visit visit) {
    for (const element each : list) {
        object one;
        if (each.get(one) == simdjson::SUCCESS) visit(one);
    }
}

template <class Visit>
void for_each_object_in(object from, std::string_view key, Visit visit) {
    array list;
    if (from[key].get(list) == simdjson::SUCCESS) for_each_object(list, visit);
}

property_type type_named(const std::string& name) {
    if (name == "number") return property_type::number;
    if (name == "date") return property_type::date;
    if (name == "datetime") return property_type::date_time;
    if (name == "bool") return property_type::boolean;
    if (name == "enumeration") return property_type::enumeration;
    return property_type::text;
}

property_definition definition_of(object from) {
    property_definition made;
    made.name = name_in(from, "name");
    made.type = type_named(text_in(from, "type"));
    made.archived = is_true_in(from, "archived");
    const std::string shown_as = text_in(from, "fieldType");
    made.takes_several = shown_as == "checkbox";
    // `calculated` is said to have no effect on properties that the account made itself.
    made.calculated = (is_true_in(from, "calculated") && is_true_in(from, "hubspotDefined")) ||
                      shown_as.starts_with("calculation") ||
                      !text_in(from, "calculationFormula").empty();
    object changes;
    if (from["modificationMetadata"].get(changes) == simdjson::SUCCESS)
        made.read_only = is_true_in(changes, "readOnlyValue");
    // Those that are kept elsewhere, as owners are, are not listed here, or not all of them.
    if (is_true_in(from, "externalOptions")) return made;
    for_each_object_in(from, "options", [&](object option) {
        made.options.push_back({text_in(option, "value"), text_in(option, "label")});
    });
    std::sort(made.options.begin(), made.options.end(),
              [](const auto& a, const auto& b) { return a.value < b.value; });
    return made;
}

property_rule rule_of(object from) {
    property_rule made;
    made.type = text_in(from, "ruleType");
    made.normalizes = is_true_in(from, "shouldApplyNormalization");
    array arguments;
    if (from["ruleArguments"].get(arguments) != simdjson::SUCCESS) return made;
    for (const element each : arguments) {
        std::string_view text;
        made.arguments.emplace_back(each.get(text) == simdjson::SUCCESS ? text
                                                                        : std::string_view());
    }
    return made;
}

// Calls visit(object) for each of the answer's results. False: it has no list of them.
template <class Visit>
bool for_each_result(std::string_view body, Visit visit) {
    lossless_json json;
    element root;
    array results;
    if (json.parse(body, root) != simdjson::SUCCESS) return false;
    if (root["results"].get(results) != simdjson::SUCCESS) return false;
    for_each_object(results, visit);
    return true;
}

} // namespace

std::optional<std::vector<property_definition>> read_property_definitions(std::string_view body) {
    std::vector<property_definition> read;
    const bool told = for_each_result(body, [&](object one) {
        property_definition made = definition_of(one);
        if (!made.name.empty()) read.push_back(std::move(made));
    });
    if (!told) return {};
    return read;
}

std::optional<std::vector<ruled_property>> read_property_rules(std::string_view body) {
    std::vector<ruled_property> read;
    const bool told = for_each_result(body, [&](object one) {
        ruled_property made{name_in(one, "propertyName"), {}};
        for_each_object_in(one, "propertyValidationRules",
                           [&](object rule) { made.rules.push_back(rule_of(rule)); });
        if (!made.name.empty() && !made.rules.empty()) read.push_back(std::move(made));
    });
    if (!told) return {};
    return read;
}

} // namespace hubspool
