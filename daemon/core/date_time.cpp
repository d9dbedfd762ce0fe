#include "core/date_time.hpp"

#include <chrono>
#include <cstddef>
#include <optional>

namespace hubspool {

namespace {

// Takes exactly `digits` digits off the front.
std::optional<unsigned> take_number(std::string_view& text, std::size_t digits) {
    if (text.size() < digits) return std::nullopt;
    unsigned number = 0;
    for (const char c : text.substr(0, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + static_cast<unsigned>(c - '0');
    }
    text.remove_prefix(digits);
    return number;
}

bool take(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

bool take_date(std::string_view& text) {
    const auto year = take_number(text, 4);
    if (!year || !take(text, "-")) return false;
    const auto month = take_number(text, 2);
    if (!month || !take(text, "-")) return false;
    const auto day = take_number(text, 2);
    return day && std::chrono::year_month_day(std::chrono::year(static_cast<int>(*year)),
                                              std::chrono::month(*month), std::chrono::day(*day))
                      .ok();
}

bool take_time(std::string_view& text) {
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ":")) return false;
    const auto minute = take_number(text, 2);
    if (!minute || *minute > 59 || !take(text, ":")) return false;
    const auto second = take_number(text, 2);
    const unsigned last_second = *minute == 59 ? 60 : 59; // a leap second
    if (!second || *second > last_second) return false;
    if (!take(text, ".")) return true;
    if (!take_number(text, 1)) return false;
    while (take_number(text, 1)) {
    }
    return true;
}

bool take_zone(std::string_view& text) {
    if (take(text, "Zz")) return true;
    if (!take(text, "+-")) return false;
    const auto hour = take_number(text, 2);
    if (!hour || *hour > 23 || !take(text, ":")) return false;
    const auto minute = take_number(text, 2);
    return minute && *minute <= 59;
}

} // namespace

bool is_date_time(std::string_view text) {
    return take_date(text) && take(text, "Tt") && take_time(text) && take_zone(text) &&
           text.empty();
}

} // namespace hubspool
