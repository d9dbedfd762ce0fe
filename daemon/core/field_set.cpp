#include "core/field_set.hpp"

#include <cstddef>
#include <cstring>

namespace hubspool {

namespace {

struct coded_header {
    std::uint32_t name_size; // the top bit tells a custom property
    std::uint32_t value_size;
};
constexpr std::uint32_t custom_bit = 1U << 31;

struct stored_header {
    position at;
    coded_header sizes;
    std::uint32_t erased;
    std::uint32_t unused;
};

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
std::size_t json_size(const field& f) {
    return f.value.size() + 1 + (f.kind == field_kind::property ? f.name.size() + 3 : 0);
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

field_set::entry field_set::read(std::size_t at) const {
    stored_header header;
    std::memcpy(&header, buffer_.data() + at, sizeof header);
    entry e;
    e.f = field_at(buffer_.data() + at + sizeof header, header.sizes);
    e.at = header.at;
    e.erased = header.erased != 0;
    e.end = at + sizeof header + e.f.name.size() + e.f.value.size();
    return e;
}

void field_set::put(const field& f, position at) {
    for (std::size_t i = 0; i < buffer_.size();) {
        const entry e = read(i);
        if (!e.erased && e.f.kind == f.kind && e.f.name == f.name) {
            if (at < e.at) return;
            json_bytes_ -= json_size(e.f);
            char* const stored = buffer_.data() + i;
            if (e.f.value.size() == f.value.size()) {
                // The common case, a value of the same length, is overwritten where it stands.
                std::memcpy(stored + offsetof(stored_header, at), &at, sizeof at);
                std::memcpy(buffer_.data() + (e.end - f.value.size()), f.value.data(), f.value.size());
                json_bytes_ += json_size(f);
                return;
            }
            const std::uint32_t erased = 1;
            std::memcpy(stored + offsetof(stored_header, erased), &erased, sizeof erased);
            erased_bytes_ += e.end - i;
            --count_;
            break;
        }
        i = e.end;
    }
    if (erased_bytes_ > buffer_.size() / 2) drop_erased();
    write(f, at);
}

void field_set::write(const field& f, position at) {
    const stored_header header{at, header_of(f), 0, 0};
    buffer_.append(reinterpret_cast<const char*>(&header), sizeof header);
    buffer_.append(f.name);
    buffer_.append(f.value);
    json_bytes_ += json_size(f);
    ++count_;
}

void field_set::drop_erased() {
    std::string kept;
    for (std::size_t i = 0; i < buffer_.size();) {
        const entry e = read(i);
        if (!e.erased) kept.append(buffer_, i, e.end - i);
        i = e.end;
    }
    buffer_ = std::move(kept);
    erased_bytes_ = 0;
}

} // namespace hubspool
