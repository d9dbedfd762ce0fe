#include "simulator/field_list.hpp"

#include <cstring>

namespace hubspool::simulator {

const field_name& field_names::named(std::string_view text, bool custom) {
    const auto found = names_.find(view{text, custom});
    if (found != names_.end()) return *found;
    return *names_.insert({std::string(text), custom}).first;
}

field_list::head field_list::head_at(place at) const {
    head found;
    std::memcpy(&found, bytes_.data() + at, sizeof found);
    return found;
}

field_list::place field_list::find(place from, std::string_view text, bool custom) const {
    const auto is_it = [&](place at) { return name(at).custom == custom && name(at).text == text; };
    for (place at = from; has(at); at = after(at))
        if (is_it(at)) return at;
    for (place at = 0; has(at) && at != from; at = after(at))
        if (is_it(at)) return at;
    return bytes_.size();
}

std::string_view field_list::value(place at) const {
    return std::string_view(bytes_).substr(at + sizeof(head), head_at(at).value_bytes);
}

std::size_t field_list::count() const {
    std::size_t count = 0;
    for_each([&](const field_name&, std::string_view) { ++count; });
    return count;
}

void field_list::set_value(place at, std::string_view value) {
    head changed = head_at(at);
    bytes_.replace(at + sizeof changed, changed.value_bytes, value);
    changed.value_bytes = value.size();
    std::memcpy(bytes_.data() + at, &changed, sizeof changed);
}

field_list::place field_list::append(const field_name& name, std::string_view value) {
    const place at = bytes_.size();
    const head made{&name, value.size()};
    bytes_.append(reinterpret_cast<const char*>(&made), sizeof made);
    bytes_ += value;
    return at;
}

} // namespace hubspool::simulator
