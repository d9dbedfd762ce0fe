#include "core/properties/property_value.hpp"

#include "core/json/lossless_json.hpp"
#include "core/properties/validation_rules.hpp"
#include "core/words/digit.hpp"
#include "core/words/edit_distance.hpp"
#include "core/words/iso_instant.hpp"
#include "core/words/trimmed.hpp"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

namespace hubspool {

namespace {

constexpr std::int64_t day_ms = 86'400'000;

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return {};
    return number;
}

bool is_date(std::string_view text) {
    const auto at = moment_of(text);
    return at && *at % day_ms == 0;
}

bool is_truth(std::string_view text) {
    constexpr std::size_t longest = 5;
    if (text.size() > longest) return false;
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower == "true" || lower == "false";
}

bool has_option(const property_definition& definition, std::string_view value) {
    const auto found =
        std::lower_bound(definition.options.begin(), definition.options.end(), value,
                         [](const auto& option, auto wanted) { return option.value < wanted; });
    return found != definition.options.end() && found->value == value;
}

// The first of them that is no option; nothing: all are.
std::optional<std::string_view> stray_option(const plain_value& value,
                                             const property_definition& definition) {
    std::string_view rest = value.text;
    if (definition.options.empty() || has_option(definition, rest)) return {};
    if (!definition.takes_several) return rest;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(';'), rest.size());
        const std::string_view one = rest.substr(0, end);
        if (!one.empty() && !has_option(definition, one)) return one;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

bool has_type(const plain_value& value, property_type type) {
    const std::string_view text = trimmed(value.text);
    switch (type) {
    case property_type::number: return value.kind != value_kind::boolean && number_of(text);
    case property_type::date: return is_date(text);
    case property_type::date_time: return moment_of(text).has_value();
    case property_type::boolean: return is_truth(text);
    case property_type::text:
    case property_type::enumeration: break;
    }
    return true;
}

std::string words_of_type(property_type type) {
    switch (type) {
    case property_type::number: return "takes numbers, as 1234.5";
    case property_type::date: return "takes days, as 2026-11-30, or midnights in UTC";
    case property_type::date_time: return "takes times, as 2026-11-30T09:00:00Z";
    case property_type::boolean: return "takes true or false";
    case property_type::text:
    case property_type::enumeration: break;
    }
    return "takes any text";
}

} // namespace

std::string_view to_string(property_fault fault) {
    switch (fault) {
    case property_fault::undocumented: return "undocumented";
    case property_fault::unknown: return "unknown";
    case property_fault::archived: return "archived";
    case property_fault::calculated: return "calculated";
    case property_fault::read_only: return "read_only";
    case property_fault::wrong_type: return "wrong_type";
    case property_fault::wrong_option: return "wrong_option";
    case property_fault::broken_rule: break;
    }
    return "broken_rule";
}

plain_value read_plain_value(std::string_view beside_name) {
    static thread_local lossless_json json;
    static thread_local std::string whole;
    whole.assign("{").append(beside_name);
    simdjson::dom::element root;
    simdjson::dom::element value;
    if (json.parse(whole, root) != simdjson::SUCCESS || root["value"].get(value)) return {};
    std::string_view text;
    bool truth = false;
    if (value.get(text) == simdjson::SUCCESS) return {value_kind::text, std::string(text)};
    if (lossless_json::is_number(value))
        return {value_kind::number, std::string(json.number(value))};
    if (value.get(truth) == simdjson::SUCCESS)
        return {value_kind::boolean, truth ? "true" : "false"};
    return {};
}

std::optional<std::int64_t> moment_of(std::string_view text) {
    constexpr std::size_t day_bytes = 10; // 2026-11-30
    if (const auto number = whole_number(text)) return number;
    if (text.size() == day_bytes) return iso_instant(std::string(text) + "T00:00:00Z");
    return iso_instant(text);
}

std::optional<property_fault> fault_of(const plain_value& value,
                                       const property_definition& definition) {
    // An empty text clears, as null does.
    if (value.kind == value_kind::none || value.text.empty()) return {};
    if (!has_type(value, definition.type)) return property_fault::wrong_type;
    if (definition.type == property_type::enumeration && stray_option(value, definition))
        return property_fault::wrong_option;
    for (const property_rule& rule : definition.rules)
        if (breaks(value.text, rule)) return property_fault::broken_rule;
    return {};
}

std::string wanted_by(const property_definition& definition, property_fault fault) {
    if (fault == property_fault::wrong_type) return words_of_type(definition.type);
    if (fault == property_fault::broken_rule) {
        std::string words = "has rules:";
        for (const property_rule& rule : definition.rules) words += ' ' + words_of(rule);
        return words;
    }
    constexpr std::size_t shown_most = 8;
    std::string words = "takes one of:";
    if (definition.takes_several) words = "takes some of:";
    for (std::size_t i = 0; i < std::min(shown_most, definition.options.size()); ++i)
        words += (i == 0 ? " " : ", ") + definition.options[i].value;
    if (definition.options.size() > shown_most)
        words += ", and " + std::to_string(definition.options.size() - shown_most) + " more";
    return words;
}

std::string meant_by(const plain_value& value, const property_definition& definition) {
    if (definition.type != property_type::enumeration) return {};
    const std::string_view stray = stray_option(value, definition).value_or(std::string_view());
    // Who looks at HubSpot sees the labels.
    for (const property_option& option : definition.options)
        if (option.label == stray) return option.value;
    nearest_word meant(stray);
    for (const property_option& option : definition.options) meant.look_at(option.value);
    return std::string(meant.found());
}

} // namespace hubspool
