// Fields as the decoder codes them, for the tests of what takes them over.
#pragma once

#include "core/pending/field_set.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace hubspool::testing {

// Appends the field to `coded`, its key to `keys`.
inline void put_field(text_arena& coded, std::vector<field_key>& keys, const field& f) {
    field_writer writer(coded, static_cast<std::uint32_t>(keys.size()));
    keys.push_back({f.kind, std::string(f.name)});
    coded.append(f.value);
    writer.value_ends();
}

// Those of one record.
class coded_fields {
public:
    coded_fields& put(std::string_view name, std::string_view value,
                      field_kind kind = field_kind::property) {
        put_field(coded_, keys_, {kind, name, value});
        return *this;
    }
    std::string_view text() const { return coded_.text(); }
    std::vector<numbered_key> keys(name_table* names = nullptr) const {
        std::vector<numbered_key> numbered;
        for (const field_key& key : keys_) numbered.push_back(number(names, key.kind, key.name));
        return numbered;
    }
    void merge_into(field_set& fields, std::uint32_t owner) const {
        fields.merge(text(), keys(), owner);
    }

private:
    text_arena coded_;
    std::vector<field_key> keys_;
};

} // namespace hubspool::testing
