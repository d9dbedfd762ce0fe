#include "core/properties/property_survey.hpp"

#include "core/records/field_coding.hpp"
#include "core/records/known_fields.hpp"
#include "core/records/meant_field.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

namespace hubspool {

namespace {

constexpr std::size_t faults_kept = 500, places_kept = 3;
constexpr std::size_t value_bytes_shown = 60;

// Without looking at the value.
std::optional<property_fault> fault_of_name(const property_definition* definition) {
    if (definition == nullptr) return property_fault::unknown;
    if (definition->archived) return property_fault::archived;
    if (definition->calculated) return property_fault::calculated;
    if (definition->read_only) return property_fault::read_only;
    return {};
}

std::string in_quotes(std::string_view text) {
    const bool fits = text.size() <= value_bytes_shown;
    return '"' + std::string(text.substr(0, value_bytes_shown)) + (fits ? "\"" : "...\"");
}

std::string question(std::string_view meant) {
    return meant.empty() ? std::string() : ": did you mean " + std::string(meant) + "?";
}

template <class Visit>
void for_each_field(std::string_view coded, Visit visit) {
    while (!coded.empty()) {
        coded_header header{};
        std::memcpy(&header, coded.data(), sizeof header);
        coded.remove_prefix(sizeof header);
        visit(header.key, coded.substr(0, header.value_size));
        coded.remove_prefix(header.value_size);
    }
}

} // namespace

void property_survey::take(const decoded_block& block, const std::string& file,
                           const std::function<bool(std::uint64_t)>& is_over) {
    // Looked up once for all records of the block.
    std::vector<const property_definition*> definitions;
    for (const field_key& key : block.keys)
        definitions.push_back(key.kind == field_kind::custom ? known_.find(key.name) : nullptr);
    for (const decoded_record& record : block.records) {
        if (is_over(record.ordinal)) continue;
        const std::string place = file + " line " + std::to_string(record.line);
        bool is_refused = false;
        for_each_field(block.text(record.fields), [&](std::uint32_t at, std::string_view value) {
            if (look_at(block.keys[at], value, definitions[at], place)) is_refused = true;
        });
        refused_ += is_refused ? 1 : 0;
    }
}

// True: HubSpot would refuse it.
bool property_survey::look_at(const field_key& key, std::string_view value,
                              const property_definition* definition, const std::string& place) {
    if (key.kind == field_kind::property) {
        // The types of documented ones were looked at when the record was read.
        if (!type_of(input_fields, key.name))
            note(property_fault::undocumented, key, nullptr, {}, place);
        return false;
    }
    if (const auto what = fault_of_name(definition)) return note(*what, key, definition, {}, place);
    if (definition->type == property_type::text && definition->rules.empty()) return false;
    const plain_value plain = read_plain_value(value);
    const auto what = fault_of(plain, *definition);
    return what && note(*what, key, definition, plain, place);
}

bool property_survey::note(property_fault what, const field_key& key,
                           const property_definition* definition, const plain_value& value,
                           const std::string& place) {
    auto found = faults_.find({what, key.name});
    if (found == faults_.end()) {
        if (faults_.size() == faults_kept) {
            ++untold_;
            return true;
        }
        found = faults_
                    .emplace(fault_key{what, key.name},
                             faulty_field{what, key.name, words_for(what, key, definition), 0, {}})
                    .first;
    }
    faulty_field& fault = found->second;
    ++fault.records;
    if (fault.places.size() == places_kept) return true;
    std::string shown = place;
    if (value.kind != value_kind::none) {
        shown += ": " + in_quotes(value.text);
        if (what == property_fault::wrong_option) shown += question(meant_by(value, *definition));
    }
    fault.places.push_back(std::move(shown));
    return true;
}

std::string property_survey::words_for(property_fault what, const field_key& key,
                                       const property_definition* definition) const {
    const std::string custom = "custom property " + key.name;
    switch (what) {
    case property_fault::undocumented:
        if (known_.find(key.name) != nullptr)
            return key.name + " is a custom property: it goes into customProperties";
        return "HubSpot documents no field " + key.name + question(meant_field(key.name));
    case property_fault::unknown:
        if (type_of(input_fields, key.name))
            return key.name + " is no custom property, but a field beside customProperties";
        return "HubSpot knows no " + custom + question(known_.nearest(key.name));
    case property_fault::archived: return custom + " is archived";
    case property_fault::calculated: return custom + " is calculated by HubSpot, and not set";
    case property_fault::read_only: return custom + " is read-only";
    case property_fault::wrong_type:
    case property_fault::wrong_option:
    case property_fault::broken_rule: break;
    }
    return custom + ' ' + wanted_by(*definition, what);
}

std::vector<faulty_field> property_survey::found() const {
    std::vector<faulty_field> faults;
    for (const auto& [key, fault] : faults_) faults.push_back(fault);
    std::stable_sort(faults.begin(), faults.end(), [](const auto& a, const auto& b) {
        return a.what != b.what ? a.what < b.what : a.records > b.records;
    });
    return faults;
}

} // namespace hubspool
