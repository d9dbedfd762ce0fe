// Single values of a small JSON text, by their JSON Pointer (RFC 6901: "/pending/records"): for
// reading back what hubspool itself wrote. Pure. Any bytes are valid input; nothing when there is
// no such value, or one of another type.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

std::optional<std::string> json_text_at(std::string_view json, std::string_view pointer);
bool json_true_at(std::string_view json, std::string_view pointer);
std::optional<std::uint64_t> json_number_at(std::string_view json, std::string_view pointer);
bool is_json_object(std::string_view json);

} // namespace hubspool
