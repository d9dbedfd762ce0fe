#include "simulator/field_list.hpp"

namespace hubspool::simulator {

const field_name& field_names::named(std::string_view text, bool custom) {
    const auto found = names_.find(view{text, custom});
    if (found != names_.end()) return *found;
    return *names_.insert({std::string(text), custom}).first;
}

field_list::place field_list::find(place from, std::string_view text, bool custom) const {
    place at = has(from) ? from : place{};
    for (std::size_t seen = 0; seen < fields_.size(); ++seen) {
        if (name(at).custom == custom && name(at).text == text) return at;
        at = after(at);
        if (!has(at)) at = {};
    }
    return {fields_.size(), values_.size()};
}

field_list::place field_list::after(place at) const {
    return {at.field + 1, at.value + fields_[at.field].value_bytes};
}

std::string_view field_list::value(place at) const {
    return std::string_view(values_).substr(at.value, fields_[at.field].value_bytes);
}

void field_list::set_value(place at, std::string_view value) {
    auto& bytes = fields_[at.field].value_bytes;
    values_.replace(at.value, bytes, value);
    bytes = static_cast<std::uint32_t>(value.size());
}

field_list::place field_list::append(const field_name& name, std::string_view value) {
    const place at{fields_.size(), values_.size()};
    fields_.push_back({&name, static_cast<std::uint32_t>(value.size())});
    values_ += value;
    return at;
}

} // namespace hubspool::simulator
