#include "core/words/iso_instant.hpp"

#include "core/words/digit.hpp"

#include <chrono>
#include <cstddef>

namespace hubspool {

namespace {

constexpr std::int64_t minute_ms = 60'000;

bool take(std::string_view& text, char sign) {
    if (!text.starts_with(sign)) return false;
    text.remove_prefix(1);
    return true;
}

bool take_number(std::string_view& text, std::size_t digits, int& out) {
    if (text.size() < digits) return false;
    out = 0;
    for (const char c : text.substr(0, digits)) {
        if (!is_digit(c)) return false;
        out = out * 10 + (c - '0');
    }
    text.remove_prefix(digits);
    return true;
}

// Two digits, behind `sign` in the extended form.
bool take_next(std::string_view& text, bool extended, char sign, int& out) {
    return (!extended || take(text, sign)) && take_number(text, 2, out);
}

bool take_day(std::string_view& text, std::int64_t& ms) {
    int year = 0, month = 0, day = 0;
    if (!take_number(text, 4, year)) return false;
    const bool extended = text.starts_with('-');
    if (!take_next(text, extended, '-', month) || !take_next(text, extended, '-', day))
        return false;
    const std::chrono::year_month_day date(std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day)));
    if (!date.ok()) return false;
    ms = std::chrono::sys_days(date).time_since_epoch().count() * 24 * 60 * minute_ms;
    return true;
}

// False for a point or comma without a digit.
bool take_fraction(std::string_view& text, std::int64_t& ms) {
    if (!text.starts_with('.') && !text.starts_with(',')) return true;
    text.remove_prefix(1);
    std::size_t digits = 0;
    std::int64_t of_thousand = 0;
    while (digits < text.size() && is_digit(text[digits])) {
        if (digits < 3) of_thousand = of_thousand * 10 + (text[digits] - '0');
        ++digits;
    }
    if (digits == 0) return false;
    for (std::size_t i = digits; i < 3; ++i) of_thousand *= 10;
    text.remove_prefix(digits);
    ms += of_thousand;
    return true;
}

bool take_clock(std::string_view& text, std::int64_t& ms) {
    int hour = 0, minute = 0, second = 0;
    if (!take_number(text, 2, hour)) return false;
    const bool extended = text.starts_with(':');
    if (!take_next(text, extended, ':', minute)) return false;
    const bool has_seconds =
        extended ? text.starts_with(':') : !text.empty() && is_digit(text.front());
    if (has_seconds && !take_next(text, extended, ':', second)) return false;
    const int last_second = minute == 59 ? 60 : 59;
    if (hour > 23 || minute > 59 || second > last_second) return false;
    ms += (hour * 60 + minute) * minute_ms + second * 1000;
    return !has_seconds || take_fraction(text, ms);
}

bool take_zone(std::string_view& text, std::int64_t& ms) {
    if (take(text, 'Z') || take(text, 'z')) return true;
    const bool east = text.starts_with('+');
    int hours = 0, minutes = 0;
    if (!take(text, east ? '+' : '-') || !take_number(text, 2, hours)) return false;
    // What follows hours alone belongs to somebody else.
    std::string_view rest = text;
    if (take_next(rest, rest.starts_with(':'), ':', minutes))
        text = rest;
    else
        minutes = 0;
    if (hours > 23 || minutes > 59) return false;
    ms -= (east ? 1 : -1) * (hours * 60 + minutes) * minute_ms;
    return true;
}

} // namespace

std::optional<std::int64_t> take_iso_instant(std::string_view& text) {
    std::string_view rest = text;
    std::int64_t ms = 0;
    if (!take_day(rest, ms) || !(take(rest, 'T') || take(rest, 't')) || !take_clock(rest, ms) ||
        !take_zone(rest, ms))
        return std::nullopt;
    text = rest;
    return ms;
}

std::optional<std::int64_t> iso_instant(std::string_view text) {
    const auto ms = take_iso_instant(text);
    return text.empty() ? ms : std::nullopt;
}

} // namespace hubspool
