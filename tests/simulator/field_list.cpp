#include "simulator/field_list.hpp"

namespace hubspool::simulator {

field_names::number field_names::find(std::string_view text, bool custom) const {
    return places_.find(object_table::hash(text),
                        [&](number at) { return names_[at].is(text, custom); });
}

field_names::number field_names::find_or_add(std::string_view text, bool custom) {
    auto name = find(text, custom);
    if (name == none) {
        name = static_cast<number>(names_.size());
        names_.push_back({std::string(text), custom});
        places_.insert(object_table::hash(text), name);
    }
    return name;
}

field_view::place field_view::find(place from, field_names::number name) const {
    for (place at = from; has(at);) {
        const field found = field_at(at);
        if (found.name == name) return at;
        at = found.end;
    }
    for (place at = 0; has(at) && at != from;) {
        const field found = field_at(at);
        if (found.name == name) return at;
        at = found.end;
    }
    return bytes_.size();
}

std::string_view field_view::value(place at) const {
    const field found = field_at(at);
    return bytes_.substr(found.value, found.end - found.value);
}

std::size_t field_view::count() const {
    std::size_t count = 0;
    for (place at = 0; has(at); at = after(at)) ++count;
    return count;
}

void field_list::set_value(place at, std::string_view value) {
    const auto old = view().field_at(at);
    if (value.size() == old.end - old.value) { // as most are
        value.copy(bytes_.data() + old.value, value.size());
        return;
    }
    char head[varint_bytes_max];
    const auto head_bytes = static_cast<std::size_t>(write_varint(head, value.size()) - head);
    const auto head_at = at + varint_size(old.name);
    bytes_.replace(old.value, old.end - old.value, value);
    bytes_.replace(head_at, old.value - head_at, head, head_bytes);
}

field_list::place field_list::append(field_names::number name, std::string_view value) {
    const place at = bytes_.size();
    put_varint(bytes_, name);
    put_string(bytes_, value);
    return at;
}

} // namespace hubspool::simulator
