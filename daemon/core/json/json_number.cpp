#include "core/json/json_number.hpp"

#include <charconv>

namespace hubspool {

namespace {

constexpr std::int64_t exponent_zeros_max = 40;

// Beyond a million it makes no difference any more.
std::int64_t exponent_of(std::string_view text) {
    // Far above what any caller accepts, and low enough that ten times it does not overflow.
    constexpr std::int64_t most = 1'000'000'000;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    for (const char c : text) value = value < most ? 10 * value + (c - '0') : most;
    return negative ? -value : value;
}

} // namespace

std::optional<std::string> integer_digits(std::string_view json_number) {
    const std::size_t e = json_number.find_first_of("eE");
    // The value is `digits` times ten to the power of `scale`: so 1e3, 1000.0 and 1000 become one
    // text.
    std::int64_t scale = e == std::string_view::npos ? 0 : exponent_of(json_number.substr(e + 1));
    std::string_view mantissa = json_number.substr(0, e);
    const bool negative = mantissa.starts_with('-');
    if (negative) mantissa.remove_prefix(1);

    const std::size_t point = mantissa.find('.');
    std::string digits(mantissa.substr(0, point));
    if (point != std::string_view::npos) {
        const std::string_view fraction = mantissa.substr(point + 1);
        // Each digit behind the point makes the number ten times smaller.
        digits.append(fraction);
        scale -= static_cast<std::int64_t>(fraction.size());
    }
    // Leading zeros go; a mantissa of zeros alone is zero whatever the exponent says.
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    if (digits.empty()) return negative ? "-0" : "0";
    // 1.500e2 is 150: zeros at the end are taken back while the scale is below zero.
    for (; scale < 0 && digits.back() == '0'; ++scale) digits.pop_back();
    // A digit behind the point is left, or an exponent would write more zeros than an id may have.
    if (scale < 0 || scale > exponent_zeros_max) return std::nullopt;
    digits.append(static_cast<std::size_t>(scale), '0');
    return negative ? "-" + digits : digits;
}

std::optional<std::int64_t> int64_value(std::string_view json_number) {
    const auto digits = integer_digits(json_number);
    if (!digits) return std::nullopt;
    std::int64_t value = 0;
    const char* const end = digits->data() + digits->size();
    // The end is compared too, so that a number beyond 64 bits is nothing and not its first digits.
    const auto [stop, error] = std::from_chars(digits->data(), end, value);
    if (error != std::errc() || stop != end) return std::nullopt;
    return value;
}

} // namespace hubspool
