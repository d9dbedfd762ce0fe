#include "core/settled_changes.hpp"

#include "core/varint.hpp"

namespace hubspool {

void settled_changes::add(std::string_view object_id, hubspool::fate fate, std::size_t fields) {
    put_string(coded_, object_id);
    put_varint(coded_, static_cast<std::uint64_t>(fate));
    put_varint(coded_, fields);
    ++size_;
}

// Most changes have their names in the order of the one before: a name is looked for behind the
// last, and only then among all.
void settled_changes::add_field(std::string_view name) {
    if (next_ == names_.size()) next_ = 0;
    if (next_ == names_.size() || names_[next_] != name) {
        const auto known = numbers_.find(name);
        next_ = known == numbers_.end() ? names_.size() : known->second;
        if (known == numbers_.end()) {
            numbers_.emplace(name, names_.size());
            names_.emplace_back(name);
        }
    }
    put_varint(coded_, next_++);
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
