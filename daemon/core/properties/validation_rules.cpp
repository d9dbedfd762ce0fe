#include "core/properties/validation_rules.hpp"

#include "core/words/digit.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace hubspool {

namespace {

constexpr std::string_view digits_only = "NUMERIC_ONLY";

// Characters, by their first bytes.
double length_of(std::string_view text) {
    constexpr unsigned continues = 0x80, mask = 0xC0;
    return static_cast<double>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & mask) != continues;
    }));
}

bool is_any_of(const property_rule& rule, std::initializer_list<std::string_view> types) {
    return std::find(types.begin(), types.end(), rule.type) != types.end();
}

std::string_view first_argument(const property_rule& rule) {
    return rule.arguments.empty() ? std::string_view() : rule.arguments.front();
}

} // namespace

std::optional<double> number_of(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    // from_chars would take "inf" and "nan", too.
    const bool is_plain = std::all_of(text.begin(), text.end(), [](char c) {
        return is_digit(c) || std::string_view("+-.eE").find(c) != std::string_view::npos;
    });
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (!is_plain || end != text.data() + text.size()) return {};
    // It is one, but nothing can be said of its size: no bound is above or below it.
    if (error == std::errc::result_out_of_range) return std::numeric_limits<double>::quiet_NaN();
    if (error != std::errc()) return {};
    return number;
}

bool is_known_rule(const property_rule& rule) {
    if (rule.type == "ALPHANUMERIC") return first_argument(rule) == digits_only;
    return is_any_of(rule, {"MIN_LENGTH", "MAX_LENGTH", "MIN_NUMBER", "MAX_NUMBER"}) &&
           number_of(first_argument(rule)).has_value();
}

bool breaks(std::string_view value, const property_rule& rule) {
    if (!is_known_rule(rule)) return false;
    if (rule.type == "ALPHANUMERIC") return !std::all_of(value.begin(), value.end(), is_digit);
    const double bound = *number_of(first_argument(rule));
    if (rule.type == "MIN_LENGTH") return length_of(value) < bound;
    if (rule.type == "MAX_LENGTH") return length_of(value) > bound;
    const auto number = number_of(value);
    if (!number) return false;
    return rule.type == "MIN_NUMBER" ? *number < bound : *number > bound;
}

std::string words_of(const property_rule& rule) {
    std::string words = rule.type;
    for (const std::string& argument : rule.arguments) words += ' ' + argument;
    return words;
}

} // namespace hubspool
