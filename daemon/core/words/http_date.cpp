#include "core/words/http_date.hpp"

#include "core/words/trimmed.hpp"

#include <array>
#include <charconv>
#include <cstddef>

namespace hubspool {

namespace {

// Digits only, at most nine of them, so that nothing overflows.
std::optional<int> number(std::string_view digits) {
    if (digits.empty() || digits.size() > 9) return {};
    int value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, failed] = std::from_chars(digits.data(), end, value);
    // from_chars takes a minus sign; no number of these headers has one.
    if (failed != std::errc() || stop != end || digits.front() == '-') return {};
    return value;
}

std::optional<unsigned> month(std::string_view name) {
    constexpr std::string_view names = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (name.size() != 3) return {};
    // A match in the middle of two names ("anF") is none.
    const std::size_t at = names.find(name);
    if (at == std::string_view::npos || at % 3 != 0) return {};
    return static_cast<unsigned>(at / 3 + 1);
}

// HH:MM:SS; 60 is a leap second.
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return {};
    const auto hour = number(text.substr(0, 2));
    const auto minute = number(text.substr(3, 2));
    const auto second = number(text.substr(6, 2));
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return {};
    return std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

std::optional<int> full_year(std::string_view text) {
    const auto value = number(text);
    if (!value || (text.size() != 4 && text.size() != 2)) return {};
    if (text.size() == 4) return value;
    // 1970 to 2069: as near to the 50 years of RFC 9110 section 5.6.7 as it goes without a clock.
    return *value < 70 ? 2000 + *value : 1900 + *value;
}

struct date_tokens {
    std::array<std::string_view, 6> at;
    std::size_t count = 0;
};

// The three forms differ in their separators only by what the count and order of tokens tell too.
std::optional<date_tokens> split(std::string_view text) {
    constexpr std::string_view separators = " ,-";
    date_tokens tokens;
    for (std::size_t begin = text.find_first_not_of(separators); begin != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        // More than six words are no date; nothing is read from them.
        if (tokens.count == tokens.at.size()) return {};
        tokens.at[tokens.count++] = text.substr(begin, end - begin);
        begin = text.find_first_not_of(separators, end);
    }
    return tokens;
}

} // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    const auto tokens = split(text);
    if (!tokens) return {};
    const auto& at = tokens->at;
    // asctime has the month before the day, the year last, and no zone.
    const bool asctime = tokens->count == 5;
    if (!asctime && (tokens->count != 6 || at[5] != "GMT")) return {};

    const auto day = number(asctime ? at[2] : at[1]);
    const auto month_number = month(asctime ? at[1] : at[2]);
    const auto year = full_year(asctime ? at[4] : at[3]);
    const auto time = time_of_day(asctime ? at[3] : at[4]);
    // Each part is read before the calendar is asked, since chrono takes any number without a word.
    if (!day || !month_number || !year || !time) return {};

    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(*month_number),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (*day > 31 || !date.ok()) return {};
    return std::chrono::sys_days(date) + *time;
}

std::optional<milliseconds> parse_retry_after(std::string_view retry_after, std::string_view date) {
    const std::string_view text = trimmed(retry_after);
    std::optional<std::chrono::seconds> wait;
    if (const auto seconds = number(text)) {
        wait = std::chrono::seconds(*seconds);
    } else if (const auto until = parse_http_date(text)) {
        // A date is held against the answer's own date: the clocks of both sides may be wrong.
        if (const auto answered = parse_http_date(trimmed(date))) wait = *until - *answered;
    }
    // A wait that lies in the past or beyond a day is a mistake of somebody, and no hint.
    if (!wait || *wait < std::chrono::seconds(0) || *wait > retry_after_max) return {};
    return milliseconds(*wait);
}

} // namespace hubspool
