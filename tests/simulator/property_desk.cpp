#include "simulator/property_desk.hpp"

#include "simulator/json_output.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hubspool::simulator {

namespace {

// Some of those that each account has.
const char* const hubspot_defined[] = {
    "name=hs_event_name",
    "name=hs_start_datetime,type=datetime",
    "name=hs_event_cancelled,type=enumeration,options=true|false",
    "name=hs_attendees,type=number,calculated",
    "name=hs_object_id,type=number,read-only",
};

std::vector<std::string> parts(std::string_view text, char between) {
    std::vector<std::string> found;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(between), text.size());
        found.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return found;
}

bool set_flag(property_words& of, std::string_view name) {
    if (name == "several") return of.several = true;
    if (name == "archived") return of.archived = true;
    if (name == "calculated") return of.calculated = true;
    if (name == "read-only") return of.read_only = true;
    return false;
}

bool set_word(property_words& of, std::string_view name, const std::string& value) {
    if (name == "name") {
        of.name = value;
    } else if (name == "type") {
        of.type = value;
    } else if (name == "options") {
        of.options = parts(value, '|');
    } else if (name == "rule") {
        const std::size_t colon = value.find(':');
        if (colon == std::string::npos) return false;
        of.rules.emplace_back(value.substr(0, colon), value.substr(colon + 1));
    } else {
        return false;
    }
    return true;
}

std::string as_text(std::string_view text) {
    std::string out;
    append_string(out, text);
    return out;
}

std::string field_type_of(const property_words& of) {
    if (of.type == "enumeration") return of.several ? "checkbox" : "select";
    if (of.type == "bool") return "booleancheckbox";
    if (of.type == "datetime") return "date";
    return of.type == "string" ? "text" : of.type;
}

std::string options_json(const property_words& of) {
    std::string out;
    for (std::size_t i = 0; i < of.options.size(); ++i)
        out += fmt::format(
            R"({}{{"label":{},"value":{},"description":"","displayOrder":{},"hidden":false}})",
            i == 0 ? "" : ",", as_text("The " + of.options[i]), as_text(of.options[i]), i);
    return out;
}

std::string property_json(const property_words& of, bool by_hubspot, std::size_t pad) {
    return fmt::format(
        R"({{"name":{},"label":{},"type":"{}","fieldType":"{}","description":"{}",)"
        R"("groupName":"marketing_event_information","options":[{}],"displayOrder":-1,)"
        R"("calculated":{},"externalOptions":false,"hasUniqueValue":false,"hidden":false,)"
        R"("hubspotDefined":{},"formField":false,"archived":{},"dataSensitivity":"non_sensitive",)"
        R"("createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z",)"
        R"("modificationMetadata":{{"archivable":true,"readOnlyDefinition":{},)"
        R"("readOnlyOptions":false,"readOnlyValue":{}}}{}}})",
        as_text(of.name), as_text("A " + of.name), of.type, field_type_of(of),
        std::string(pad, 'x'), options_json(of), of.calculated, by_hubspot, of.archived, by_hubspot,
        of.read_only, of.calculated && !by_hubspot ? R"(,"calculationFormula":"seats * 2")" : "");
}

void add(std::string& list, const std::string& one) {
    if (!list.empty()) list += ',';
    list += one;
}

} // namespace

result<property_words> parse_property(std::string_view text) {
    property_words read;
    for (const std::string& part : parts(text, ',')) {
        const std::size_t equals = part.find('=');
        const bool known = equals == std::string::npos
                               ? set_flag(read, part)
                               : set_word(read, part.substr(0, equals), part.substr(equals + 1));
        if (!known) return failure{fmt::format("{}: nothing that a property has", part)};
    }
    if (read.name.empty()) return failure{"a property needs a name"};
    return read;
}

std::string properties_json(const std::vector<property_words>& defined, bool archived,
                            std::size_t pad) {
    std::string list;
    if (!archived)
        for (const char* words : hubspot_defined)
            add(list, property_json(*parse_property(words), true, pad));
    for (const property_words& one : defined)
        if (one.archived == archived) add(list, property_json(one, false, pad));
    return R"({"results":[)" + list + "]}";
}

std::string property_rules_json(const std::vector<property_words>& defined) {
    std::string list;
    for (const property_words& one : defined) {
        std::string rules;
        for (const auto& [type, argument] : one.rules)
            add(rules, fmt::format(R"({{"ruleType":"{}","ruleArguments":[{}],)"
                                   R"("shouldApplyNormalization":false}})",
                                   type, as_text(argument)));
        if (!rules.empty())
            add(list, fmt::format(R"({{"propertyName":{},"propertyValidationRules":[{}]}})",
                                  as_text(one.name), rules));
    }
    return R"({"results":[)" + list + "]}";
}

} // namespace hubspool::simulator
