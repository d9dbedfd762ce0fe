#include "core/settled_changes.hpp"

#include "core/varint.hpp"

#include <algorithm>

namespace hubspool {

void settled_changes::add(std::string_view object_id, hubspool::fate fate, std::size_t fields) {
    put_string(coded_, object_id);
    put_varint(coded_, static_cast<std::uint64_t>(fate));
    put_varint(coded_, fields);
    ++size_;
}

void settled_changes::add_field(std::string_view name) {
    put_varint(coded_, number_of(name));
}

// Objects of one producer name their fields in one order, though not each names all: a name is
// looked for among some behind the last one, and only then in the map.
std::size_t settled_changes::number_of(std::string_view name) {
    constexpr std::size_t some = 16;
    std::size_t number = last_;
    for (std::size_t left = std::min(some, names_.size()); left > 0; --left) {
        if (++number == names_.size()) number = 0;
        if (names_[number] == name) return last_ = number;
    }
    const auto known = numbers_.find(name);
    if (known != numbers_.end()) return last_ = known->second;
    last_ = names_.size();
    numbers_.emplace(name, last_);
    names_.emplace_back(name);
    return last_;
}

void settled_changes::add(const settled_change& change) {
    add(change.object_id, change.fate, change.fields.size());
    for (const std::string& name : change.fields) add_field(name);
}

std::vector<settled_change> settled_changes::all() const {
    std::vector<settled_change> changes(size_);
    std::string_view rest = coded_;
    for (settled_change& change : changes) {
        change.object_id = get_string(rest);
        change.fate = static_cast<hubspool::fate>(get_varint(rest));
        for (std::uint64_t fields = get_varint(rest); fields > 0; --fields)
            change.fields.push_back(names_[get_varint(rest)]);
    }
    return changes;
}

void settled_changes::write(std::string& out) const {
    put_varint(out, names_.size());
    for (const std::string& name : names_) put_string(out, name);
    put_varint(out, size_);
    out += coded_;
}

} // namespace hubspool
