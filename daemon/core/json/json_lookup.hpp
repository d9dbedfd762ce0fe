// Values of a small JSON text, by their JSON Pointer (RFC 6901: "/pending/records"): for reading
// back what hubspool itself wrote. Pure. Any bytes are valid input; nothing when there is no such
// value, or one of another type.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// Parses once; holds what it needs of the text.
class json_lookup {
public:
    explicit json_lookup(std::string_view json);
    ~json_lookup();

    bool is_object() const;
    std::optional<std::string> text(std::string_view pointer) const;
    std::optional<std::uint64_t> number(std::string_view pointer) const;
    bool is_true(std::string_view pointer) const;
    std::size_t elements(std::string_view pointer) const; // of an array; 0: there is none

private:
    struct parsed;
    std::unique_ptr<parsed> parsed_;
};

// For a single value.
std::optional<std::string> json_text_at(std::string_view json, std::string_view pointer);
std::optional<std::uint64_t> json_number_at(std::string_view json, std::string_view pointer);
bool is_json_object(std::string_view json);

} // namespace hubspool
