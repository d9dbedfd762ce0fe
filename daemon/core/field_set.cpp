#include "core/field_set.hpp"

#include "core/varint.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

namespace hubspool {

namespace {

struct coded_header {
    std::uint32_t key;
    std::uint32_t value_size;
};

// Of a head: its lowest bit tells a custom property, the rest is the number of the name; number 0:
// it has none.
constexpr std::uint64_t custom_bit = 1;
constexpr bool has_number(std::uint64_t head) {
    return head > custom_bit;
}

constexpr std::size_t fields_a_pass = 32; // each pass goes over what is there once

// "name":value, for a property; value, for a custom one (the element holds its name).
std::uint32_t json_size(std::uint64_t head, std::size_t name_size, std::size_t value_size) {
    return static_cast<std::uint32_t>(value_size + 1 +
                                      ((head & custom_bit) != 0 ? 0 : name_size + 3));
}

} // namespace

field_writer::field_writer(text_arena& out, std::uint32_t key)
    : out_(out), key_(key), begin_(out.size()) {
    out.took(out.room(sizeof(coded_header)) + sizeof(coded_header));
}

void field_writer::value_ends() {
    const coded_header header{
        key_, static_cast<std::uint32_t>(out_.size() - begin_ - sizeof(coded_header))};
    std::memcpy(out_.data() + begin_, &header, sizeof header);
}

numbered_key number(name_table* names, field_kind kind, std::string_view name) {
    const std::uint64_t number = names != nullptr ? names->number_of(name) : 0;
    return {number << 1 | (kind == field_kind::custom ? custom_bit : 0), name};
}

// A field on its way in.
struct field_set::incoming {
    std::uint64_t head;
    std::string_view name;
    std::string_view value;
    std::uint32_t owner;
    bool done; // it stands where it belongs, or what is there, or comes with it, is newer

    bool is(std::uint64_t other, std::string_view other_name) const {
        return head == other && (has_number(head) || name == other_name);
    }
    std::size_t bytes() const {
        const std::size_t own_name = has_number(head) ? 0 : varint_size(name.size()) + name.size();
        return varint_size(head) + own_name + varint_size(value.size()) + varint_size(owner) +
               value.size();
    }
    // An entry: head, name if it has no number, size of the value, owner, the value.
    char* write(char* out) const {
        out = write_varint(out, head);
        if (!has_number(head)) {
            out = write_varint(out, name.size());
            out = std::copy(name.begin(), name.end(), out);
        }
        out = write_varint(out, value.size());
        out = write_varint(out, owner);
        return std::copy(value.begin(), value.end(), out);
    }
};

void field_set::merge(std::string_view coded, const std::vector<numbered_key>& keys,
                      std::uint32_t owner, const std::vector<position>* order) {
    // Not cleared: that would cost as much as the merging.
    alignas(incoming) std::byte room[fields_a_pass * sizeof(incoming)];
    auto* const fields = reinterpret_cast<incoming*>(room);
    while (!coded.empty()) {
        std::size_t count = 0;
        for (; !coded.empty() && count < fields_a_pass; ++count) {
            coded_header header;
            std::memcpy(&header, coded.data(), sizeof header);
            const numbered_key& key = keys[header.key];
            const std::string_view value = coded.substr(sizeof header, header.value_size);
            coded.remove_prefix(sizeof header + header.value_size);
            // A record may name a custom property twice: the later one stands.
            for (std::size_t i = 0; i < count; ++i)
                fields[i].done = fields[i].done || fields[i].is(key.head, key.name);
            new (fields + count) incoming{key.head, key.name, value, owner, false};
        }
        take(fields, count, order);
    }
}

void field_set::merge(const field_set& other, std::uint32_t owners_before,
                      const std::vector<position>* order) {
    for (std::size_t at = 0; at < other.buffer_.size();) {
        const entry e = other.read(at);
        incoming one{e.head, other.name_of(e), e.value, owners_before + e.owner, false};
        take(&one, 1, order);
        at = e.end;
    }
}

bool field_set::carries(std::string_view name) const {
    bool found = false;
    for_each([&](const field& f, std::uint32_t) { found = found || f.name == name; });
    return found;
}

field_set::entry field_set::read(std::size_t at) const {
    const char* const begin = buffer_.data();
    const char* in = begin + at;
    entry e;
    e.head = read_varint(in);
    if (!has_number(e.head)) {
        const std::uint64_t name_size = read_varint(in);
        e.own_name = {in, name_size};
        in += name_size;
    }
    const std::uint64_t value_size = read_varint(in);
    e.owner = static_cast<std::uint32_t>(read_varint(in));
    e.value = {in, value_size};
    e.end = static_cast<std::size_t>(in - begin) + value_size;
    return e;
}

field_kind field_set::kind_of(const entry& e) {
    return (e.head & custom_bit) != 0 ? field_kind::custom : field_kind::property;
}

std::string_view field_set::name_of(const entry& e) const {
    return has_number(e.head) ? names_->name_of(static_cast<std::uint32_t>(e.head >> 1))
                              : e.own_name;
}

void field_set::take(incoming* fields, std::size_t count, const std::vector<position>* order) {
    if (!buffer_.empty()) replace(fields, count, order);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i)
        if (!fields[i].done) bytes += fields[i].bytes();
    if (bytes == 0) return;
    char* end = buffer_.room(bytes);
    for (std::size_t i = 0; i < count; ++i) {
        const incoming& in = fields[i];
        if (in.done) continue;
        end = in.write(end);
        json_bytes_ += json_size(in.head, in.name.size(), in.value.size());
        ++count_;
    }
    buffer_.took(end);
}

// Replaces what `fields` are newer than: in its place when it takes as many bytes, else it is
// dropped; and marks those of them that need not be appended. Records of one producer name their
// fields in one order, so the next one is looked for where the last was found.
void field_set::replace(incoming* fields, std::size_t count, const std::vector<position>* order) {
    std::size_t expected = 0;
    std::size_t kept = 0;
    char* const begin = buffer_.data();
    for (std::size_t at = 0; at < buffer_.size();) {
        const entry e = read(at);
        const std::size_t bytes = e.end - at;
        std::size_t found = count;
        for (std::size_t tried = 0; tried < count; ++tried) {
            const std::size_t i = expected < count ? expected : expected - count;
            ++expected;
            if (fields[i].done || !fields[i].is(e.head, e.own_name)) continue;
            found = i;
            break;
        }
        if (expected >= count) expected -= count;
        bool stays = true;
        if (found < count) {
            incoming& in = fields[found];
            const bool is_older =
                order != nullptr ? (*order)[in.owner] < (*order)[e.owner] : in.owner < e.owner;
            stays = in.done = is_older || in.bytes() == bytes;
            if (!is_older) {
                json_bytes_ -= json_size(e.head, in.name.size(), e.value.size());
                if (stays) {
                    json_bytes_ += json_size(in.head, in.name.size(), in.value.size());
                    in.write(begin + at);
                } else {
                    --count_;
                }
            }
        }
        if (stays) {
            if (kept != at) std::memmove(begin + kept, begin + at, bytes);
            kept += bytes;
        }
        at = e.end;
    }
    buffer_.truncate(kept);
}

} // namespace hubspool
