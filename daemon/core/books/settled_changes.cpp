#include "core/books/settled_changes.hpp"

#include "core/words/varint.hpp"

namespace hubspool {

void settled_changes::add(std::string_view object_id, hubspool::fate fate, std::size_t fields) {
    put_string(coded_, object_id);
    put_varint(coded_, static_cast<std::uint64_t>(fate));
    put_varint(coded_, fields);
    ++size_;
}

void settled_changes::add_field(std::string_view name, std::uint32_t number) {
    // Most names have a number that stays the same over the batch: a vector finds them without
    // hashing.
    if (number == 0) return put_varint(coded_, place_of(name));
    if (numbered_.size() <= number) numbered_.resize(number + 1);
    // The first use gives the name its place in this blob.
    if (numbered_[number] == 0) {
        names_.emplace_back(name);
        numbered_[number] = static_cast<std::uint32_t>(names_.size());
    }
    put_varint(coded_, numbered_[number] - 1U);
}

std::size_t settled_changes::place_of(std::string_view name) {
    const auto known = places_.find(name);
    if (known != places_.end()) return known->second;
    names_.emplace_back(name);
    return places_.emplace(name, names_.size() - 1).first->second;
}

void settled_changes::add(const settled_change& change) {
    add(change.object_id, change.fate, change.fields.size());
    for (const std::string& name : change.fields) add_field(name);
}

std::vector<settled_change> settled_changes::all() const {
    std::vector<settled_change> changes(size_);
    std::string_view rest = coded_;
    // These bytes are our own, written by add(): they need no check.
    for (settled_change& change : changes) {
        change.object_id = get_string(rest);
        change.fate = static_cast<hubspool::fate>(get_varint(rest));
        for (std::uint64_t fields = get_varint(rest); fields > 0; --fields)
            change.fields.push_back(names_[get_varint(rest)]);
    }
    return changes;
}

void settled_changes::write(std::string& out) const {
    // Names first, since the changes name them by their places.
    put_varint(out, names_.size());
    for (const std::string& name : names_) put_string(out, name);
    put_varint(out, size_);
    out += coded_;
}

} // namespace hubspool
