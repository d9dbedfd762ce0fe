#include "core/field_set.hpp"

#include "core/varint.hpp"

#include <cstring>

namespace hubspool {

namespace {

struct coded_header {
    std::uint32_t name_size; // the top bit tells a custom property
    std::uint32_t value_size;
};
constexpr std::uint32_t custom_bit = 1U << 31;

coded_header header_of(const field& f) {
    return {static_cast<std::uint32_t>(f.name.size()) |
                (f.kind == field_kind::custom ? custom_bit : 0U),
            static_cast<std::uint32_t>(f.value.size())};
}

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

void put_field(std::string& out, const field& f) {
    const coded_header header = header_of(f);
    out.append(reinterpret_cast<const char*>(&header), sizeof header);
    out.append(f.name);
    out.append(f.value);
}

field get_field(std::string_view& in) {
    coded_header header;
    std::memcpy(&header, in.data(), sizeof header);
    const field f = field_at(in.data() + sizeof header, header);
    in.remove_prefix(sizeof header + f.name.size() + f.value.size());
    return f;
}

void field_set::merge(std::string_view coded, position at) {
    while (!coded.empty()) put(get_field(coded), at);
}

void field_set::merge(const field_set& other) {
    other.for_each([this](const field& f, position at) { put(f, at); });
}

bool field_set::carries(std::string_view name) const {
    bool found = false;
    for_each([&](const field& f, position) { found = found || f.name == name; });
    return found;
}

// An entry: number of the name and kind in one varint (number 0: the name follows), size of the
// value, file and place of its position, the value.
field_set::entry field_set::read(std::size_t at) const {
    std::string_view rest = std::string_view(buffer_).substr(at);
    entry e;
    const std::uint64_t head = get_varint(rest);
    e.f.kind = (head & 1) != 0 ? field_kind::custom : field_kind::property;
    e.f.name = head < 2 ? get_string(rest) : names_->name_of(static_cast<std::uint32_t>(head >> 1));
    const std::uint64_t value_size = get_varint(rest);
    e.at.file = get_varint(rest);
    e.at.place = get_varint(rest);
    e.f.value = rest.substr(0, value_size);
    e.end = buffer_.size() - rest.size() + value_size;
    return e;
}

void field_set::put(const field& f, position at) {
    for (std::size_t i = 0; i < buffer_.size();) {
        const entry e = read(i);
        if (e.f.kind == f.kind && e.f.name == f.name) {
            if (at < e.at) return;
            json_bytes_ -= json_size(e.f);
            --count_;
            buffer_.erase(i, e.end - i);
            break;
        }
        i = e.end;
    }
    write(f, at);
}

void field_set::write(const field& f, position at) {
    const std::uint32_t number = names_ != nullptr ? names_->number_of(f.name) : 0;
    const std::uint64_t kind = f.kind == field_kind::custom ? 1 : 0;
    std::string head;
    put_varint(head, std::uint64_t{number} << 1 | kind);
    if (number == 0) put_string(head, f.name);
    put_varint(head, f.value.size());
    put_varint(head, at.file);
    put_varint(head, at.place);
    reserve_tightly(buffer_, head.size() + f.value.size());
    buffer_.append(head).append(f.value);
    json_bytes_ += json_size(f);
    ++count_;
}

} // namespace hubspool
