#include "core/books/settled_changes.hpp"

#include "core/words/varint.hpp"

#include <algorithm>

namespace hubspool {

void settled_changes::add(std::string_view object_id, hubspool::fate fate, bool doubt,
                          std::size_t fields, bool has_values) {
    put_string(coded_, object_id);
    put_varint(coded_, settled_head{fate, doubt, fields, has_values}.coded());
    ++size_;
    raises_top_ = is_at_hubspot(fate) || doubt;
    has_values_ = has_values;
}

void settled_changes::add_field(field_kind kind, std::string_view name, std::uint32_t number,
                                const order_key& key, const known_value& value) {
    const key_trail::step step = keys_.step_to(key);
    const std::uint64_t place = place_of(kind, name, number);
    put_varint(coded_, place << 2 | static_cast<std::uint64_t>(step.how));
    if (step.how == key_trail::kind::elsewhere) put_varint(coded_, step.source);
    if (step.how >= key_trail::kind::onward) put_varint(coded_, step.ordinal);
    if (has_values_) {
        put_little(coded_, value.hash, value_hash_bytes);
        put_varint(coded_, zigzag(at_, value.at));
        at_ = value.at;
    }
    if (raises_top_ && top_ < key) top_ = key;
}

// Most names have a number that stays the same over the batch: a vector finds them without hashing.
std::size_t settled_changes::place_of(field_kind kind, std::string_view name,
                                      std::uint32_t number) {
    if (number == 0) return place_of(kind, name);
    const std::size_t at = std::size_t{number} * 2 + static_cast<std::size_t>(kind);
    if (numbered_.size() <= at) numbered_.resize(at + 1);
    // The first use gives the name its place in this blob.
    if (numbered_[at] == 0) {
        names_.emplace_back(kind, name);
        numbered_[at] = static_cast<std::uint32_t>(names_.size());
    }
    return numbered_[at] - 1U;
}

std::size_t settled_changes::place_of(field_kind kind, std::string_view name) {
    const auto [known, is_new] = places_.try_emplace({kind, std::string(name)}, names_.size());
    if (is_new) names_.emplace_back(kind, name);
    return known->second;
}

void settled_changes::add(const settled_change& change) {
    const bool has_values =
        std::any_of(change.fields.begin(), change.fields.end(),
                    [](const settled_field& field) { return field.value != known_value{}; });
    add(change.object_id, change.fate, change.doubt, change.fields.size(), has_values);
    for (const settled_field& field : change.fields)
        add_field(field.kind, field.name, 0, field.key, field.value);
}

std::vector<settled_change> settled_changes::all() const {
    std::vector<settled_change> changes(size_);
    std::string_view rest = coded_;
    key_trail keys;
    for (const key_trail::source& from : keys_.sources()) keys.add_source(from.as_of, from.number);
    std::uint64_t at = 0;
    // These bytes are our own, written by add(): they need no check.
    for (settled_change& change : changes) {
        change.object_id = get_string(rest);
        const settled_head head = settled_head::of(get_varint(rest));
        change.fate = head.fate;
        change.doubt = head.doubt;
        for (std::uint64_t fields = head.fields; fields > 0; --fields) {
            const std::uint64_t coded = get_varint(rest);
            key_trail::step step{static_cast<key_trail::kind>(coded & 3)};
            if (step.how == key_trail::kind::elsewhere) step.source = get_varint(rest);
            if (step.how >= key_trail::kind::onward) step.ordinal = get_varint(rest);
            keys.follow(step);
            const auto& [kind, name] = names_[coded >> 2];
            change.fields.push_back({kind, name, keys.key()});
            if (!head.has_values) continue;
            const std::uint64_t hash = get_little(rest, value_hash_bytes);
            at = unzigzag(at, get_varint(rest));
            change.fields.back().value = {hash, at};
        }
    }
    return changes;
}

void settled_changes::write(std::string& out) const {
    // Names and sources first, since the changes name them by their places.
    put_varint(out, names_.size());
    for (const auto& [kind, name] : names_) {
        put_varint(out, static_cast<std::uint64_t>(kind));
        put_string(out, name);
    }
    put_varint(out, keys_.sources().size());
    for (const key_trail::source& from : keys_.sources()) {
        put_varint(out, from.as_of);
        put_varint(out, from.number);
    }
    put_varint(out, size_);
    out += coded_;
}

} // namespace hubspool
