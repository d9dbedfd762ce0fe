#include "state/ledger/change_learner.hpp"

#include <algorithm>
#include <map>

namespace hubspool {

bool change_learner::tells(const change_view& change) {
    if (!is_at_hubspot(change.fate) && change.fate != fate::dead) return false;
    // Rows of older versions have none.
    return std::ranges::any_of(change.fields,
                               [](const field_view& field) { return field.key != order_key{}; });
}

void change_learner::learn(const change_view& change, field_names& names, object_keys& keys) {
    const bool is_dead = change.fate == fate::dead;
    for (const field_view& field : change.fields) {
        const std::uint32_t number = number_of(field, names);
        keys.raise(number, is_dead ? object_keys::kind::dead : object_keys::kind::acknowledged,
                   field.key, field.value);
        if (is_dead && change.doubt) keys.raise(number, object_keys::kind::doubt, field.key);
    }
}

std::uint32_t change_learner::number_of(const field_view& field, field_names& names) {
    // A row names each field once: its place in memory tells it.
    for (const auto& [at, number] : known_names_) {
        if (at == field.name.data()) return number;
    }
    const std::uint32_t number = names.number_of(field.kind, field.name);
    known_names_.emplace_back(field.name.data(), number);
    return number;
}

ledger_entry to_entry(std::string_view object_id, const object_keys& keys,
                      const field_names& names) {
    std::map<std::uint32_t, ledger_field> fields;
    std::map<std::uint32_t, order_key> died;
    for (const object_keys::entry& e : keys.entries()) {
        if (e.kind == object_keys::kind::dead) {
            died[e.field] = e.key;
            continue;
        }
        const auto [field, is_new] = fields.try_emplace(e.field);
        if (is_new) field->second.field = names.field(e.field);
        const bool is_doubt = e.kind == object_keys::kind::doubt;
        (is_doubt ? field->second.doubt : field->second.acknowledged) = e.key;
        if (!is_doubt) field->second.value = e.value;
    }
    ledger_entry entry{std::string(object_id), {}};
    for (auto& [number, field] : fields) {
        // Something as new was delivered since.
        if (field.doubt <= field.acknowledged) field.doubt = {};
        if (field.acknowledged <= died[number]) field.value = {};
        entry.fields.push_back(std::move(field));
    }
    return entry;
}

} // namespace hubspool
