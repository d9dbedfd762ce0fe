// The fields of one object and their values, kept small: a test may write a million objects.
#pragma once

#include "core/pending/object_table.hpp"
#include "core/words/varint.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool::simulator {

struct field_name {
    std::string text;
    bool custom = false;

    bool is(std::string_view other, bool custom_too) const {
        return custom == custom_too && text == other;
    }
};

// The names of all objects' fields, each once and with a number.
class field_names {
public:
    using number = object_index;
    static constexpr number none = object_table::none;

    number find(std::string_view text, bool custom) const; // or none
    number find_or_add(std::string_view text, bool custom);
    const field_name& operator[](number name) const { return names_[name]; }

private:
    std::vector<field_name> names_;
    object_table places_; // in names_
};

// Reads the bytes of a field_list.
class field_view {
public:
    // Where a field begins; behind the last one: none.
    using place = std::size_t;

    explicit field_view(std::string_view bytes) : bytes_(bytes) {}

    // The field of that name. Looked for from `from` on, and then before it.
    place find(place from, field_names::number name) const;
    bool has(place at) const { return at < bytes_.size(); }
    place after(place at) const { return field_at(at).end; }
    field_names::number name(place at) const { return field_at(at).name; }
    std::string_view value(place at) const; // JSON text
    template <class Visit>
    void for_each(const field_names& names, Visit visit) const { // in the order of first writing
        for (place at = 0; has(at); at = after(at)) visit(names[name(at)], value(at));
    }
    std::size_t count() const;

private:
    friend class field_list;
    struct field {
        field_names::number name;
        place value, end;
    };
    field field_at(place at) const {
        const char* in = bytes_.data() + at;
        const auto name = static_cast<field_names::number>(read_varint(in));
        const auto value_bytes = read_varint(in);
        const auto value = static_cast<place>(in - bytes_.data());
        return {name, value, value + value_bytes};
    }

    std::string_view bytes_;
};

class field_list {
public:
    using place = field_view::place;

    // Of each field the name's number, the value's length, and the value.
    const std::string& bytes() const { return bytes_; }
    field_view view() const { return field_view(bytes_); }
    void assign(field_view other) { bytes_ = other.bytes_; }
    void set_value(place at, std::string_view value);
    // `name` is not in it yet.
    place append(field_names::number name, std::string_view value);

private:
    std::string bytes_;
};

} // namespace hubspool::simulator
