// The log: one line an event, text or JSON, to standard error. Hides spdlog.
//
// Secrets and event content never reach it: callers pass neither (content only at debug).
// Any thread.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

namespace hubspool::log {

enum class level : std::uint8_t { debug, info, warning, error };
enum class format : std::uint8_t { text, json };

// Before it is called, messages of level info and above go to standard error as text.
void configure(level least, format as);
// What `format: auto` means here: journald's socket on standard error, or a terminal: text; else
// json.
format automatic_format();

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

void write(level at, std::string_view message, std::initializer_list<field> fields = {});

inline void debug(std::string_view m, std::initializer_list<field> f = {}) {
    write(level::debug, m, f);
}
inline void info(std::string_view m, std::initializer_list<field> f = {}) {
    write(level::info, m, f);
}
inline void warning(std::string_view m, std::initializer_list<field> f = {}) {
    write(level::warning, m, f);
}
inline void error(std::string_view m, std::initializer_list<field> f = {}) {
    write(level::error, m, f);
}

} // namespace hubspool::log
