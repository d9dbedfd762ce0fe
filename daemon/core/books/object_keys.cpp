#include "core/books/object_keys.hpp"

#include "core/books/careful_reader.hpp"
#include "core/words/varint.hpp"

#include <algorithm>
#include <limits>

namespace hubspool {

namespace {

constexpr auto is_written_before = [](const object_keys::entry& a, const object_keys::entry& b) {
    if (a.key != b.key) return a.key > b.key;
    return a.doubt != b.doubt ? b.doubt : a.field < b.field;
};

} // namespace

void object_keys::raise(std::uint32_t field, bool doubt, const order_key& key) {
    if (key == order_key{}) return;
    for (entry& known : entries_) {
        if (known.field != field || known.doubt != doubt) continue;
        known.key = std::max(known.key, key);
        return;
    }
    entries_.push_back({field, doubt, key});
}

void object_keys::merge(const object_keys& other) {
    for (const entry& its : other.entries_) raise(its.field, its.doubt, its.key);
}

order_key object_keys::find(std::uint32_t field, bool doubt) const {
    for (const entry& known : entries_) {
        if (known.field == field && known.doubt == doubt) return known.key;
    }
    return {};
}

void object_keys::write(std::string& out) {
    // A doubt ends with the delivery of something as new.
    std::erase_if(entries_,
                  [&](const entry& e) { return e.doubt && acknowledged(e.field) >= e.key; });
    std::sort(entries_.begin(), entries_.end(), is_written_before);
    as_of_ms before = 0;
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto end = std::find_if(at, entries_.end(), [&](const entry& e) {
            return e.key != at->key || e.doubt != at->doubt;
        });
        put_varint(out, static_cast<std::uint64_t>(end - at) << 1 | (at->doubt ? 1U : 0U));
        put_varint(out, zigzag(before, at->key.as_of));
        put_varint(out, at->key.number);
        put_varint(out, at->key.ordinal);
        before = at->key.as_of;
        for (; at != end; ++at) put_varint(out, at->field);
    }
}

bool object_keys::read(std::string_view bytes) {
    careful_reader reader(bytes);
    as_of_ms before = 0;
    while (!reader.at_end() && reader.ok()) {
        const std::uint64_t head = reader.number();
        order_key key;
        key.as_of = before = unzigzag(before, reader.number());
        key.number = reader.number();
        key.ordinal = reader.number();
        for (std::uint64_t fields = head >> 1; fields > 0 && reader.ok(); --fields) {
            const std::uint64_t field = reader.number();
            if (field > std::numeric_limits<std::uint32_t>::max()) reader.refuse();
            if (reader.ok()) raise(static_cast<std::uint32_t>(field), (head & 1) != 0, key);
        }
    }
    return reader.ok();
}

} // namespace hubspool
