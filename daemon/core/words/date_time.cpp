#include "core/words/date_time.hpp"

#include "core/words/digit.hpp"
#include "core/words/short_text.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace hubspool {

namespace {

unsigned two_digits(const char* at) {
    return static_cast<unsigned>(at[0] - '0') * 10 + static_cast<unsigned>(at[1] - '0');
}

// Whether the eight bytes at `at` are those of `pattern`, in which `0` stands for any digit. A
// million records have one or two each, so they are not gone through byte by byte.
bool matches(const char* at, const char* pattern) {
    constexpr std::uint64_t each = 0x0101010101010101;
    const auto wanted = word_at<std::uint64_t>(pattern);
    const std::uint64_t different = word_at<std::uint64_t>(at) ^ wanted;
    // Where a digit is wanted, what is left of one is 0 to 9; elsewhere nothing may be left.
    std::uint64_t digit_bytes = wanted ^ each * '0';
    digit_bytes |= digit_bytes >> 4;
    digit_bytes |= digit_bytes >> 2;
    digit_bytes |= digit_bytes >> 1;
    digit_bytes = ~digit_bytes & each; // 1 where a digit is wanted
    const std::uint64_t limit = digit_bytes * 9;
    // A byte above its limit borrows from the top bit that is set for it.
    const std::uint64_t left = ((limit | each * 0x80) - (different & each * 0x7f)) & each * 0x80;
    return (different & each * 0x80) == 0 && left == each * 0x80;
}

bool is_day(const char* at) {
    const auto year = static_cast<int>(two_digits(at) * 100 + two_digits(at + 2));
    return std::chrono::year_month_day(std::chrono::year(year),
                                       std::chrono::month(two_digits(at + 5)),
                                       std::chrono::day(two_digits(at + 8)))
        .ok();
}

bool is_time(const char* at) {
    const unsigned minute = two_digits(at + 3);
    const unsigned last_second = minute == 59 ? 60 : 59; // a leap second
    return two_digits(at) <= 23 && minute <= 59 && two_digits(at + 6) <= last_second;
}

bool is_zone(std::string_view text) {
    if (text == "Z" || text == "z") return true;
    return text.size() == 6 && (text[0] == '+' || text[0] == '-') && is_digit(text[1]) &&
           is_digit(text[2]) && text[3] == ':' && is_digit(text[4]) && is_digit(text[5]) &&
           two_digits(&text[1]) <= 23 && two_digits(&text[4]) <= 59;
}

} // namespace

bool is_date_time(std::string_view text) {
    constexpr std::size_t seconds_end = 19; // 2026-11-23T22:00:00
    if (text.size() <= seconds_end) return false;
    const char* const at = text.data();
    // The fixed places first, eight bytes in one step; then whether such a day and time exist.
    if (!matches(at, "0000-00-") || !is_digit(at[8]) || !is_digit(at[9])) return false;
    if ((at[10] != 'T' && at[10] != 't') || !matches(at + 11, "00:00:00")) return false;
    if (!is_day(at) || !is_time(at + 11)) return false;
    text.remove_prefix(seconds_end);
    // A fraction of seconds may follow, of any number of digits, but at least one.
    if (text[0] == '.') {
        std::size_t end = 1;
        while (end < text.size() && is_digit(text[end])) ++end;
        if (end == 1) return false;
        text.remove_prefix(end);
    }
    return is_zone(text);
}

} // namespace hubspool
