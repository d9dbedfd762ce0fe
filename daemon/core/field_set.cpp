#include "core/field_set.hpp"

#include "core/varint.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <new>

namespace hubspool {

namespace {

struct coded_header {
    std::uint32_t name_size; // the top bit tells a custom property
    std::uint32_t value_size;
};
constexpr std::uint32_t custom_bit = 1U << 31;

field field_at(const char* text, coded_header sizes) {
    const std::size_t name_size = sizes.name_size & ~custom_bit;
    return {(sizes.name_size & custom_bit) != 0 ? field_kind::custom : field_kind::property,
            {text, name_size},
            {text + name_size, sizes.value_size}};
}

// "name":value, for a property; value, for a custom one (the element holds its name).
std::uint32_t json_size(const field& f) {
    return static_cast<std::uint32_t>(f.value.size() + 1 +
                                      (f.kind == field_kind::property ? f.name.size() + 3 : 0));
}

} // namespace

field_writer::field_writer(text_arena& out, field_kind kind)
    : out_(out), kind_(kind), begin_(out.size()) {
    out.took(out.room(sizeof(coded_header)) + sizeof(coded_header));
}

void field_writer::value_ends() {
    const auto name_size = static_cast<std::uint32_t>(name_end_ - begin_ - sizeof(coded_header));
    const coded_header header{name_size | (kind_ == field_kind::custom ? custom_bit : 0U),
                              static_cast<std::uint32_t>(out_.size() - name_end_)};
    std::memcpy(out_.data() + begin_, &header, sizeof header);
}

void put_field(text_arena& out, const field& f) {
    field_writer writer(out, f.kind);
    out.append(f.name);
    writer.name_ends();
    out.append(f.value);
    writer.value_ends();
}

field get_field(std::string_view& in) {
    coded_header header;
    std::memcpy(&header, in.data(), sizeof header);
    const field f = field_at(in.data() + sizeof header, header);
    in.remove_prefix(sizeof header + f.name.size() + f.value.size());
    return f;
}

// A field on its way in.
struct field_set::incoming {
    std::uint64_t head;
    field f;
    position at;
    bool outdated; // what is there, or comes with it, is newer

    bool is(std::uint64_t other, std::string_view name) const {
        return head == other && (head >= 2 || f.name == name);
    }
};

namespace {
constexpr std::size_t fields_a_pass = 32; // each pass goes over what is there once
} // namespace

void field_set::merge(std::string_view coded, position at) {
    // Not cleared: that would cost as much as the merging.
    alignas(incoming) std::byte room[fields_a_pass * sizeof(incoming)];
    auto* const fields = reinterpret_cast<incoming*>(room);
    while (!coded.empty()) {
        std::size_t count = 0;
        while (!coded.empty() && count < fields_a_pass) {
            // Made in its place: copying what was just written, in wider pieces than it was written
            // in, would wait for the writes.
            incoming& one = *new (fields + count) incoming{0, get_field(coded), at, false};
            one.head = head_of(one.f);
            // A record may name a custom property twice: the later one stands.
            for (std::size_t i = 0; i < count; ++i)
                fields[i].outdated = fields[i].outdated || fields[i].is(one.head, one.f.name);
            ++count;
        }
        take(fields, count);
    }
}

void field_set::merge(const field_set& other) {
    other.for_each([this](const field& f, position at) {
        incoming one{head_of(f), f, at, false};
        take(&one, 1);
    });
}

bool field_set::carries(std::string_view name) const {
    bool found = false;
    for_each([&](const field& f, position) { found = found || f.name == name; });
    return found;
}

std::uint64_t field_set::head_of(const field& f) {
    const std::uint64_t number = names_ != nullptr ? names_->number_of(f.name) : 0;
    return number << 1 | (f.kind == field_kind::custom ? 1 : 0);
}

// An entry: number of the name and kind in one varint (number 0: the name follows), size of the
// value, file and place of its position, the value.
field_set::entry field_set::read(std::size_t at) const {
    const char* in = buffer_.data() + at;
    entry e;
    e.head = read_varint(in);
    e.f.kind = (e.head & 1) != 0 ? field_kind::custom : field_kind::property;
    if (e.head < 2) {
        const std::uint64_t name_size = read_varint(in);
        e.f.name = {in, name_size};
        in += name_size;
    } else {
        e.f.name = names_->name_of(static_cast<std::uint32_t>(e.head >> 1));
    }
    const std::uint64_t value_size = read_varint(in);
    e.at.file = read_varint(in);
    e.at.place = read_varint(in);
    e.f.value = {in, value_size};
    e.end = static_cast<std::size_t>(in - buffer_.data()) + value_size;
    return e;
}

void field_set::take(incoming* fields, std::size_t count) {
    if (!buffer_.empty()) drop_older(fields, count);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (fields[i].outdated) continue;
        bytes += varint_size(fields[i].f.value.size()) + fields[i].f.value.size() +
                 varint_size(fields[i].head);
        bytes += varint_size(fields[i].at.file) + varint_size(fields[i].at.place);
        if (fields[i].head < 2)
            bytes += varint_size(fields[i].f.name.size()) + fields[i].f.name.size();
    }
    char* end = buffer_.room(bytes);
    for (std::size_t i = 0; i < count; ++i) {
        if (!fields[i].outdated) end = write(end, fields[i]);
    }
    buffer_.took(end);
}

// Drops what `fields` replace, and marks those of them that are older than what is there. Records
// of one producer name their fields in one order, so the next one is looked for where the last was
// found.
void field_set::drop_older(incoming* fields, std::size_t count) {
    std::size_t expected = 0;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < buffer_.size();) {
        const entry e = read(i);
        std::size_t found = count;
        for (std::size_t tried = 0; tried < count; ++tried) {
            const std::size_t j =
                expected + tried < count ? expected + tried : expected + tried - count;
            if (!fields[j].outdated && fields[j].is(e.head, e.f.name)) {
                found = j;
                break;
            }
        }
        if (found < count) expected = found + 1 < count ? found + 1 : 0;
        if (found < count && !(fields[found].at < e.at)) {
            json_bytes_ -= json_size(e.f);
            --count_;
        } else {
            if (found < count) fields[found].outdated = true;
            if (kept != i) std::memmove(buffer_.data() + kept, buffer_.data() + i, e.end - i);
            kept += e.end - i;
        }
        i = e.end;
    }
    buffer_.truncate(kept);
}

char* field_set::write(char* out, const incoming& in) {
    out = write_varint(out, in.head);
    if (in.head < 2) {
        out = write_varint(out, in.f.name.size());
        out = std::copy(in.f.name.begin(), in.f.name.end(), out);
    }
    out = write_varint(out, in.f.value.size());
    out = write_varint(out, in.at.file);
    out = write_varint(out, in.at.place);
    out = std::copy(in.f.value.begin(), in.f.value.end(), out);
    json_bytes_ += json_size(in.f);
    ++count_;
    return out;
}

} // namespace hubspool
