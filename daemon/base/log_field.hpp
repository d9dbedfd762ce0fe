// What a line of the log is made of. Plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace hubspool::log {

enum class level : std::uint8_t { debug, info, warning, error };

// A named value of a line. Empty strings are left out of the line.
struct field {
    template <class Integer, std::enable_if_t<std::is_integral_v<Integer>, int> = 0>
    field(std::string_view key_, Integer v) : key(key_), value(static_cast<std::int64_t>(v)) {}
    field(std::string_view key_, bool v) : key(key_), value(v) {}
    field(std::string_view key_, double v) : key(key_), value(v) {}
    field(std::string_view key_, std::string_view v) : key(key_), value(v) {}
    field(std::string_view key_, const std::string& v) : key(key_), value(std::string_view(v)) {}
    field(std::string_view key_, const char* v) : key(key_), value(std::string_view(v)) {}

    std::string_view key;
    std::variant<std::int64_t, bool, double, std::string_view> value;
};

} // namespace hubspool::log
