#include "core/properties/event_comparison.hpp"

#include "core/properties/value_match.hpp"
#include "core/records/known_fields.hpp"

namespace hubspool {

namespace {

std::optional<std::string> shown(const plain_value& value) {
    if (value.text.empty()) return {};
    return value.text;
}

// As it stands there once it was cleared: no event is half cancelled.
plain_value meant_by(const field_key& key, plain_value value) {
    const bool is_truth =
        key.kind == field_kind::property && type_of(input_fields, key.name) == value_type::boolean;
    if (is_truth && value.text.empty()) return {value_kind::boolean, "false"};
    return value;
}

} // namespace

matched_field event_comparison::match(const sent_field& sent, const told_event& told) const {
    matched_field found;
    if (sent.key.kind == field_kind::property && !type_of(input_fields, sent.key.name)) {
        found.match = field_match::not_compared;
        found.note = "HubSpot does not tell fields of that name";
        return found;
    }
    const plain_value* const there = told.find(sent.key);
    const plain_value now = meant_by(sent.key, there == nullptr ? plain_value() : *there);
    found.told = shown(now);
    if (!sent.value) {
        const bool is_same = has_hash(sent.hash, sent.key.kind, now);
        found.match = is_same ? field_match::same : field_match::not_compared;
        if (!is_same) found.note = sent.why_not;
        return found;
    }
    const plain_value was = meant_by(sent.key, read_sent_value(sent.key.kind, *sent.value));
    const match_rules rules = match_rules_of(sent.key, known_);
    found.sent = shown(was);
    if (is_same_value(was, now, rules)) return found;
    found.match = field_match::differs;
    if (rules.normalized) found.note = "a rule of the account lets HubSpot change its values";
    return found;
}

} // namespace hubspool
