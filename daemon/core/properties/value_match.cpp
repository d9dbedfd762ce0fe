#include "core/properties/value_match.hpp"

#include "core/json/json_number.hpp"
#include "core/json/json_text.hpp"
#include "core/properties/defined_properties.hpp"
#include "core/properties/validation_rules.hpp"
#include "core/records/known_fields.hpp"
#include "core/words/ledger_entry.hpp"

#include <algorithm>
#include <set>
#include <string>

namespace hubspool {

namespace {

constexpr unsigned char first_of_utf8 = 0x80;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

// Letters and digits alone.
std::string bared(std::string_view text) {
    std::string out = lowered(text);
    std::erase_if(out, [](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return !is_letter && static_cast<unsigned char>(c) < first_of_utf8;
    });
    return out;
}

// White space around it, line ends too, is nobody's edit.
std::string_view stripped(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// A number beyond all bounds is none here: it is compared as a text.
bool are_same_number(std::string_view sent, std::string_view told) {
    const auto one = number_of(sent);
    const auto other = number_of(told);
    return one && other && *one == *other;
}

bool are_same_moment(std::string_view sent, std::string_view told) {
    const auto one = moment_of(sent);
    const auto other = moment_of(told);
    return one && other && *one == *other;
}

std::set<std::string_view> options_in(std::string_view text) {
    std::set<std::string_view> all;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        if (const auto one = stripped(text.substr(0, end)); !one.empty()) all.insert(one);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

// What begins with a semicolon was added to what was there (HubSpot's guide).
bool are_same_options(std::string_view sent, std::string_view told) {
    const auto wanted = options_in(sent);
    const auto found = options_in(told);
    return sent.starts_with(';')
               ? std::includes(found.begin(), found.end(), wanted.begin(), wanted.end())
               : wanted == found;
}

bool are_same_by_kind(const plain_value& sent, std::string_view one, std::string_view other) {
    if (sent.kind == value_kind::number) return are_same_number(one, other);
    if (sent.kind == value_kind::boolean) return lowered(one) == lowered(other);
    // Two texts that are moments, one of them in ISO 8601, as no other text is by chance.
    const auto is_long = [](std::string_view text) { return text.find('T') != text.npos; };
    return (is_long(one) || is_long(other)) && are_same_moment(one, other);
}

property_type type_of_field(std::string_view name) {
    const auto type = type_of(input_fields, name);
    if (type == value_type::boolean) return property_type::boolean;
    if (type == value_type::date_time) return property_type::date_time;
    return property_type::text;
}

} // namespace

match_rules match_rules_of(const field_key& key, const defined_properties* known) {
    if (key.kind == field_kind::property) return {type_of_field(key.name)};
    const property_definition* const definition =
        known == nullptr ? nullptr : known->find(key.name);
    if (definition == nullptr) return {};
    return {definition->type, definition->takes_several,
            std::any_of(definition->rules.begin(), definition->rules.end(),
                        [](const property_rule& rule) { return rule.normalizes; })};
}

plain_value read_sent_value(field_kind kind, std::string_view sent) {
    if (kind == field_kind::custom) return read_plain_value(sent);
    return read_plain_value("\"value\":" + std::string(sent) + "}");
}

bool is_same_value(const plain_value& sent, const plain_value& told, const match_rules& rules) {
    const std::string_view one = stripped(sent.text);
    const std::string_view other = stripped(told.text);
    // Null and an empty text clear a property; then HubSpot tells either, or nothing.
    if (one == other) return true;
    if (one.empty() || other.empty()) return false;
    if (rules.normalized && bared(one) == bared(other)) return true;
    if (!rules.type) return are_same_by_kind(sent, one, other);
    switch (*rules.type) {
    case property_type::number: return are_same_number(one, other);
    case property_type::date:
    case property_type::date_time: return are_same_moment(one, other);
    case property_type::boolean: return lowered(one) == lowered(other);
    case property_type::enumeration: return rules.takes_several && are_same_options(one, other);
    case property_type::text: break;
    }
    return false;
}

bool has_hash(std::uint64_t hash, field_kind kind, const plain_value& told) {
    const auto is_of = [&](const std::string& json) {
        return hash != 0 &&
               hash == hash_of_value(kind == field_kind::custom ? "\"value\":" + json + "}" : json);
    };
    std::string text;
    append_json_string(text, told.text);
    if (is_of(text)) return true;
    if (told.text.empty()) return is_of("null");
    const bool may_be_bare =
        told.text == "true" || told.text == "false" || is_json_number(told.text);
    return may_be_bare && is_of(told.text);
}

} // namespace hubspool
