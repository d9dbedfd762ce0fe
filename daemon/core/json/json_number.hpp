// JSON numbers as they are written (RFC 8259 section 6). They are never made numbers of the
// machine: what comes in as 1.10, 1E400 or with 23 digits goes out so. Pure.
#pragma once

#include "core/words/digit.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

// Whether all of `text` is one number of JSON's grammar, of whatever size.
constexpr bool is_json_number(std::string_view text) {
    std::size_t at = 0;
    const auto digits = [&] {
        const std::size_t begin = at;
        while (at < text.size() && is_digit(text[at])) ++at;
        return at > begin;
    };
    if (text.starts_with('-')) ++at;
    const bool leads_with_zero = at < text.size() && text[at] == '0';
    if (leads_with_zero ? ++at, false : !digits()) return false;
    if (at < text.size() && text[at] == '.') {
        ++at;
        if (!digits()) return false;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        if (!digits()) return false;
    }
    return at == text.size();
}

// The value of a JSON number as plain digits, with its minus sign: 1000.0 and 1e3 are "1000", -0.0
// is "-0". Nothing when it is no integer, or an exponent makes it longer than any id is.
std::optional<std::string> integer_digits(std::string_view json_number);

// The same within 64 bits.
std::optional<std::int64_t> int64_value(std::string_view json_number);

} // namespace hubspool
