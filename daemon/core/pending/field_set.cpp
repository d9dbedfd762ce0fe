#include "core/pending/field_set.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

namespace hubspool {

namespace {

constexpr std::size_t fields_a_pass = 32; // each pass goes over what is there once

// "name":value, for a property; {"name":"name",value for a custom one.
std::uint32_t size_in_json(bool is_custom, std::size_t name_size, std::size_t value_size) {
    // What stands around name and value: the quotes, the colon and the comma.
    const std::size_t beside = is_custom ? custom_begin.size() + custom_middle.size() + 1 : 4;
    return static_cast<std::uint32_t>(name_size + value_size + beside);
}

// Whether a value that is there stays. Without keys later owners are newer, as for records that
// come in the order of their files. Equal keys are of one record that came twice: the later one may
// have been mended in between.
bool is_newer(std::uint32_t there, std::uint32_t coming, const std::vector<order_key>* owner_keys) {
    if (owner_keys == nullptr || (*owner_keys)[coming] == (*owner_keys)[there])
        return coming < there;
    return (*owner_keys)[coming] < (*owner_keys)[there];
}

} // namespace

numbered_key number(name_table* names, field_kind kind, std::string_view name) {
    const std::uint64_t number = names != nullptr ? names->number_of(name) : 0;
    return {number << 1 | (kind == field_kind::custom ? 1 : 0), name};
}

std::size_t json_bytes(std::string_view coded, const std::vector<numbered_key>& keys) {
    std::size_t bytes = 0;
    while (!coded.empty()) {
        coded_header header;
        std::memcpy(&header, coded.data(), sizeof header);
        const numbered_key& key = keys[header.key];
        bytes += size_in_json(key.head, key.name.size(), header.value_size);
        coded.remove_prefix(sizeof header + header.value_size);
    }
    return bytes;
}

std::uint32_t fields_in(std::string_view coded) {
    std::uint32_t fields = 0;
    for (; !coded.empty(); ++fields) {
        coded_header header;
        std::memcpy(&header, coded.data(), sizeof header);
        coded.remove_prefix(sizeof header + header.value_size);
    }
    return fields;
}

std::size_t json_bytes_most(std::size_t coded_bytes, std::size_t name_bytes_max) {
    // The most that stands beside name and value, less the header instead of which it stands. A
    // value is a byte at least.
    constexpr std::size_t beside =
        custom_begin.size() + custom_middle.size() + 1 - sizeof(coded_header);
    return coded_bytes + coded_bytes / (sizeof(coded_header) + 1) * (name_bytes_max + beside);
}

// A field on its way in. No member clears itself: for those that are not used, that would cost as
// much as the merging.
struct field_set::incoming {
    std::uint64_t head;
    const char* name_at;
    const char* value_at;
    std::uint32_t name_size;
    std::uint32_t value_size;
    std::uint32_t owner;
    bool done; // it stands where it belongs, or what is there, or comes with it, is newer

    std::string_view name() const { return {name_at, name_size}; }
    bool is(std::uint64_t other, std::string_view other_name) const {
        return head == other && (has_number(head) || name() == other_name);
    }
    // Whether its entry takes as many bytes as one of the same head.
    bool takes_place_of(const entry& e) const {
        return value_size == e.value.size() && varint_size(owner) == varint_size(e.owner);
    }
    std::size_t bytes() const {
        const std::size_t own_name = has_number(head) ? 0 : varint_size(name_size) + name_size;
        return varint_size(head) + own_name + varint_size(value_size) + varint_size(owner) +
               value_size;
    }
    char* write(char* out) const {
        out = write_varint(out, head);
        if (!has_number(head)) {
            out = write_varint(out, name_size);
            out = std::copy_n(name_at, name_size, out);
        }
        out = write_varint(out, value_size);
        out = write_varint(out, owner);
        return std::copy_n(value_at, value_size, out);
    }
};

// Some fields of one record, found by their heads.
class field_set::incoming_fields {
public:
    bool full() const { return count_ == fields_.size(); }
    void add(std::uint64_t head, std::string_view name, std::string_view value,
             std::uint32_t owner) {
        std::uint8_t& slot = slots_[head % slots_.size()];
        // A record may name a custom property twice: the later one stands.
        // The slot is taken, or a name without a number shares slot 0 or 1: only a search tells
        // them apart.
        if (slot != 0 || !has_number(head)) {
            if (incoming* const same = search(head, name)) same->done = true;
            crowded_ = true;
        }
        fields_[count_] = {head,
                           name.data(),
                           value.data(),
                           static_cast<std::uint32_t>(name.size()),
                           static_cast<std::uint32_t>(value.size()),
                           owner,
                           false};
        slot = static_cast<std::uint8_t>(++count_);
    }
    // The one that is not done, or nothing.
    incoming* find(std::uint64_t head, std::string_view name) {
        if (crowded_) return search(head, name);
        const std::uint8_t slot = slots_[head % slots_.size()];
        return slot != 0 && fields_[slot - 1].head == head ? &fields_[slot - 1] : nullptr;
    }
    incoming* begin() { return fields_.data(); }
    incoming* end() { return fields_.data() + count_; }

private:
    incoming* search(std::uint64_t head, std::string_view name) {
        for (incoming& one : *this)
            if (!one.done && one.is(head, name)) return &one;
        return nullptr;
    }

    std::array<incoming, fields_a_pass> fields_;
    std::size_t count_ = 0;
    std::array<std::uint8_t, 64> slots_{}; // by the head's low bits: place in fields_, from 1
    bool crowded_ = false;                 // two have one slot, or a name has no number
};

void field_set::merge(std::string_view coded, const std::vector<numbered_key>& keys,
                      std::uint32_t owner, const std::vector<order_key>* owner_keys) {
    // In passes of 32: the set is gone through once a pass, however many fields a record has.
    while (!coded.empty()) {
        incoming_fields fields;
        while (!coded.empty() && !fields.full()) {
            coded_header header;
            std::memcpy(&header, coded.data(), sizeof header);
            const numbered_key& key = keys[header.key];
            fields.add(key.head, key.name, {coded.data() + sizeof header, header.value_size},
                       owner);
            coded.remove_prefix(sizeof header + header.value_size);
        }
        take(fields, owner_keys);
    }
}

void field_set::merge(const field_set& other, std::uint32_t owners_before,
                      const std::vector<order_key>* owner_keys) {
    for (const char* at = other.buffer_.data(); at != other.buffer_.end();) {
        incoming_fields fields;
        while (at != other.buffer_.end() && !fields.full()) {
            const entry e = read(at);
            fields.add(e.head, other.name_of(e), e.value, owners_before + e.owner);
        }
        take(fields, owner_keys);
    }
}

std::uint32_t field_set::json_size(const field& f) {
    return size_in_json(f.kind == field_kind::custom, f.name.size(), f.value.size());
}

void field_set::take(incoming_fields& fields, const std::vector<order_key>* owner_keys) {
    // What the set has already is replaced first; what is left is appended at the end.
    if (!buffer_.empty()) replace(fields, owner_keys);
    std::size_t bytes = 0;
    // The room is taken once for all.
    for (const incoming& one : fields)
        if (!one.done) bytes += one.bytes();
    if (bytes == 0) return;
    char* end = buffer_.room(bytes);
    for (const incoming& one : fields) {
        if (one.done) continue;
        end = one.write(end);
        json_bytes_ += size_in_json((one.head & custom_bit) != 0, one.name_size, one.value_size);
        ++count_;
    }
    buffer_.took(end);
}

// Replaces what `fields` are newer than: in its place when it takes as many bytes, else it is
// dropped; and marks those of them that need not be appended.
void field_set::replace(incoming_fields& fields, const std::vector<order_key>* owner_keys) {
    // The set is gone through from its front; what stays moves up over what was dropped.
    char* kept = buffer_.data();
    const char* const end = buffer_.end();
    for (const char* next = kept; next != end;) {
        const char* const at = next;
        const entry e = read(next);
        const auto bytes = static_cast<std::size_t>(next - at);
        incoming* const one = fields.find(e.head, e.own_name);
        const bool is_older = one != nullptr && is_newer(e.owner, one->owner, owner_keys);
        if (one != nullptr && !is_older) {
            // The same size: the newer value stands where the older one stood.
            if (one->takes_place_of(e)) {
                one->done = true;
                kept = one->write(kept);
            } else {
                // Another size: the entry goes, and the newer value is appended by take().
                json_bytes_ -=
                    size_in_json((e.head & custom_bit) != 0, one->name_size, e.value.size());
                --count_;
            }
            continue;
        }
        // What is there is newer: the one that came is done without a trace.
        if (is_older) one->done = true;
        if (kept != at) std::memmove(kept, at, bytes);
        kept += bytes;
    }
    buffer_.took(kept);
}

} // namespace hubspool
