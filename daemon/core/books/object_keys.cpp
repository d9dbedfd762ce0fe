#include "core/books/object_keys.hpp"

#include "core/books/careful_reader.hpp"
#include "core/words/varint.hpp"

#include <algorithm>
#include <limits>

namespace hubspool {

namespace {

using known_key = object_keys::entry;

bool has_value(const known_key& e) {
    return e.value.hash != 0;
}

// They stand in one group.
bool share_group(const known_key& a, const known_key& b) {
    return a.key == b.key && a.kind == b.kind && has_value(a) == has_value(b) &&
           a.value.at == b.value.at;
}

constexpr auto is_written_before = [](const known_key& a, const known_key& b) {
    if (a.key != b.key) return a.key > b.key;
    if (a.kind != b.kind) return a.kind < b.kind;
    if (has_value(a) != has_value(b)) return has_value(a);
    return a.value.at != b.value.at ? a.value.at < b.value.at : a.field < b.field;
};

std::uint64_t coded_head(std::size_t fields, const known_key& first) {
    return std::uint64_t{fields} << 3 | (has_value(first) ? 4U : 0U) |
           static_cast<std::uint64_t>(first.kind);
}

} // namespace

void object_keys::raise(std::uint32_t field, kind which, const order_key& key,
                        const known_value& value) {
    if (key == order_key{}) return;
    for (entry& known : entries_) {
        if (known.field != field || known.kind != which) continue;
        if (known.key == key)
            known.value = either_of(known.value, value);
        else if (known.key < key)
            known = {field, which, key, value};
        return;
    }
    entries_.push_back({field, which, key, value});
}

void object_keys::merge(const object_keys& other) {
    for (const entry& its : other.entries_) raise(its.field, its.kind, its.key, its.value);
}

order_key object_keys::key_of(std::uint32_t field, kind which) const {
    for (const entry& known : entries_) {
        if (known.field == field && known.kind == which) return known.key;
    }
    return {};
}

void object_keys::write(std::string& out) {
    // A doubt ends with the delivery of something as new.
    std::erase_if(entries_, [&](const entry& e) {
        return (e.kind == kind::doubt && acknowledged(e.field) >= e.key) ||
               (e.kind == kind::dead && acknowledged(e.field) > e.key);
    });
    std::sort(entries_.begin(), entries_.end(), is_written_before);
    as_of_ms before = 0;
    std::uint64_t at_before = 0;
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto end =
            std::find_if(at, entries_.end(), [&](const entry& e) { return !share_group(e, *at); });
        put_varint(out, coded_head(static_cast<std::size_t>(end - at), *at));
        put_varint(out, zigzag(before, at->key.as_of));
        put_varint(out, at->key.number);
        put_varint(out, at->key.ordinal);
        before = at->key.as_of;
        if (has_value(*at)) {
            put_varint(out, zigzag(at_before, at->value.at));
            at_before = at->value.at;
        }
        for (; at != end; ++at) {
            put_varint(out, at->field);
            if (has_value(*at)) put_little(out, at->value.hash, value_hash_bytes);
        }
    }
}

bool object_keys::read(std::string_view bytes) {
    careful_reader reader(bytes);
    as_of_ms before = 0;
    std::uint64_t at_before = 0;
    while (!reader.at_end() && reader.ok()) {
        const std::uint64_t head = reader.number();
        const bool has_values = (head & 4) != 0;
        const auto which = static_cast<kind>(head & 3);
        if (which > kind::dead) reader.refuse();
        order_key key;
        key.as_of = before = unzigzag(before, reader.number());
        key.number = reader.number();
        key.ordinal = reader.number();
        known_value value;
        if (has_values) value.at = at_before = unzigzag(at_before, reader.number());
        for (std::uint64_t fields = head >> 3; fields > 0 && reader.ok(); --fields) {
            const std::uint64_t field = reader.number();
            if (has_values) value.hash = reader.little(value_hash_bytes);
            if (field > std::numeric_limits<std::uint32_t>::max()) reader.refuse();
            if (reader.ok()) raise(static_cast<std::uint32_t>(field), which, key, value);
        }
    }
    return reader.ok();
}

} // namespace hubspool
