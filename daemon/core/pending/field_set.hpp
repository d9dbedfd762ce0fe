// The fields of a change: property names with their JSON values, in one compact buffer.
#pragma once

#include "core/memory/name_table.hpp"
#include "core/pending/field_buffer.hpp"
#include "core/records/field_coding.hpp"
#include "core/words/field_key.hpp"
#include "core/words/order_key.hpp"
#include "core/words/varint.hpp"

#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace hubspool {

// One field: its key (see field_key), and JSON text.
struct field {
    field_kind kind = field_kind::property;
    std::string_view name;
    std::string_view value;
    std::uint32_t number = 0; // of the name among all with the same store; 0: it has none
};

// Of a custom property in a request: begin, name, middle, value.
inline constexpr std::string_view custom_begin = R"({"name":")";
inline constexpr std::string_view custom_middle = R"(",)";

// A key of that list as sets with one name table know it.
struct numbered_key {
    std::uint64_t head = 0; // number of the name, and kind
    std::string_view name;
};
// Without a table the name stands beside each value.
numbered_key number(name_table* names, field_kind kind, std::string_view name);

// What fields so coded add to a set's json_bytes(), if none is there already.
std::size_t json_bytes(std::string_view coded, const std::vector<numbered_key>& keys);
std::uint32_t fields_in(std::string_view coded);
// At least json_bytes(), without looking at each; no name of theirs is longer than
// `name_bytes_max`.
std::size_t json_bytes_most(std::size_t coded_bytes, std::size_t name_bytes_max);

// Merged fields, each with its owner: which of the merged records its value came from, counted in
// the order they were merged in. The record with the largest key wins per field.
class field_set {
public:
    // With a store, names are kept as numbers, and bytes in its chunks.
    explicit field_set(field_store* store = nullptr) : buffer_(store) {}

    // Takes over every field of `coded` that is not older than the one it meets. `owner_keys` are
    // the records' keys; without them the later owner is the newer.
    void merge(std::string_view coded, const std::vector<numbered_key>& keys, std::uint32_t owner,
               const std::vector<order_key>* owner_keys = nullptr);
    // The same for those of a set with the same store, whose owners are `owners_before` more here.
    void merge(const field_set& other, std::uint32_t owners_before,
               const std::vector<order_key>* owner_keys = nullptr);

    // Takes out each field for which `goes(const field&, owner)` is true.
    template <class Goes>
    void drop_if(Goes goes) {
        char* kept = buffer_.data();
        for (const char* next = kept; next != buffer_.end();) {
            const char* const at = next;
            const entry e = read(next);
            const field f{kind_of(e), name_of(e), e.value, number_of(e)};
            if (goes(f, e.owner)) {
                --count_;
                json_bytes_ -= json_size(f);
                continue;
            }
            // What stays moves up over what was dropped.
            const auto bytes = static_cast<std::size_t>(next - at);
            std::memmove(kept, at, bytes);
            kept += bytes;
        }
        buffer_.took(kept);
    }

    void bring_near() const { buffer_.bring_near(); }

    bool empty() const { return count_ == 0; }
    std::size_t count() const { return count_; }
    std::size_t bytes_apart() const { return buffer_.bytes_apart(); }
    // Bytes of names and values as they would stand in a request body, punctuation included.
    std::size_t json_bytes() const { return json_bytes_; }

    // Calls visit(const field&, owner) for each field.
    template <class Visit>
    void for_each(Visit visit) const {
        for (const char* at = buffer_.data(); at != buffer_.end();) {
            const entry e = read(at);
            visit(field{kind_of(e), name_of(e), e.value, number_of(e)}, e.owner);
        }
    }

private:
    struct entry {
        std::uint64_t head = 0;
        std::string_view own_name; // if it has no number
        std::string_view value;
        std::uint32_t owner = 0;
    };
    struct incoming;
    class incoming_fields;
    // Of a head: its lowest bit tells a custom property, the rest is the number of the name; number
    // 0: it has none.
    static constexpr std::uint64_t custom_bit = 1;
    static bool has_number(std::uint64_t head) { return head > custom_bit; }

    // Takes the entry at `in`, and moves `in` behind it: head, name if it has no number, size of
    // the value, owner, the value.
    static entry read(const char*& at) {
        entry e;
        e.head = read_varint(at);
        if (!has_number(e.head)) {
            const std::uint64_t name_size = read_varint(at);
            e.own_name = {at, name_size};
            at += name_size;
        }
        const std::uint64_t value_size = read_varint(at);
        e.owner = static_cast<std::uint32_t>(read_varint(at));
        e.value = {at, value_size};
        at += value_size;
        return e;
    }
    static field_kind kind_of(const entry& e) {
        return (e.head & custom_bit) != 0 ? field_kind::custom : field_kind::property;
    }
    static std::uint32_t number_of(const entry& e) {
        return static_cast<std::uint32_t>(e.head >> 1);
    }
    std::string_view name_of(const entry& e) const {
        return has_number(e.head) ? buffer_.store()->names.name_of(number_of(e)) : e.own_name;
    }
    static std::uint32_t json_size(const field& f);
    void take(incoming_fields& fields, const std::vector<order_key>* owner_keys);
    void replace(incoming_fields& fields, const std::vector<order_key>* owner_keys);

    [[no_unique_address]] field_buffer buffer_; // whose padding takes the count
    std::uint32_t count_ = 0;
    std::uint32_t json_bytes_ = 0;
};

} // namespace hubspool
