// The fields of a change: property names with their JSON values, in one compact buffer.
#pragma once

#include "core/compact_text.hpp"
#include "core/name_table.hpp"
#include "core/position.hpp"
#include "core/text_arena.hpp"

#include <cstdint>
#include <string_view>

namespace hubspool {

enum class field_kind : std::uint8_t {
    property, // a key of the input object, such as eventName; the value is any JSON
    custom,   // an element of customProperties, keyed by its name; the value is the whole element
};

// One field. `name` is the inside of a JSON string literal, escaped by append_json_escaped(), so
// that equal names are equal bytes and can be written as they are; `value` is JSON text.
struct field {
    field_kind kind = field_kind::property;
    std::string_view name;
    std::string_view value;
};

// The fields of one record as the decoder hands them over: coded one after the other. A field is
// written in place: the caller appends its name, then its value.
class field_writer {
public:
    field_writer(text_arena& out, field_kind kind);
    void name_ends() { name_end_ = out_.size(); }
    void value_ends();

private:
    text_arena& out_;
    field_kind kind_;
    std::size_t begin_;
    std::size_t name_end_ = 0;
};
void put_field(text_arena& out, const field& f);
// Takes the next field off the front of `in`; `in` must not be empty.
field get_field(std::string_view& in);

// Merged fields, each with the position its value came from. The newest position wins per field.
class field_set {
public:
    // With a table, which must outlive the set, names are kept as numbers.
    explicit field_set(name_table* names = nullptr) : names_(names) {}

    // Takes over every field of `coded` (put_field) that is not older than the one it meets.
    void merge(std::string_view coded, position at);
    void merge(const field_set& other);

    void bring_near() const { buffer_.bring_near(0); }

    bool empty() const { return count_ == 0; }
    std::size_t count() const { return count_; }
    std::size_t bytes() const { return buffer_.capacity(); }
    // Bytes of names and values as they would stand in a request body, punctuation included.
    std::size_t json_bytes() const { return json_bytes_; }

    // Calls visit(const field&, position) for each field.
    template <class Visit>
    void for_each(Visit visit) const {
        for (std::size_t at = 0; at < buffer_.size();) {
            const entry e = read(at);
            visit(e.f, e.at);
            at = e.end;
        }
    }
    // True when a custom property of that (escaped) name, or a property, is among the fields.
    bool carries(std::string_view name) const;

private:
    struct entry {
        std::uint64_t head = 0; // number of the name and kind
        field f;
        position at;
        std::size_t end = 0;
    };
    struct incoming;
    entry read(std::size_t at) const;
    void take(incoming* fields, std::size_t count);
    void drop_older(incoming* fields, std::size_t count);
    char* write(char* out, const incoming& in);
    std::uint64_t head_of(const field& f);

    name_table* names_;
    compact_text buffer_;
    std::uint32_t count_ = 0;
    std::uint32_t json_bytes_ = 0;
};

} // namespace hubspool
