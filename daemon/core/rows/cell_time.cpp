#include "core/rows/cell_time.hpp"

#include "core/words/digit.hpp"
#include "core/words/iso_instant.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

namespace hubspool {

namespace {

constexpr std::int64_t ms_a_day = 24LL * 60 * 60 * 1000;
constexpr std::string_view form_letters = "YymdHIpMSb%";
constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};

// A time as its form gives it, and nobody has looked yet whether it exists.
struct told_time {
    int year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0;
    std::optional<bool> is_afternoon = {};
};

bool take_digits(std::string_view& text, std::size_t most, int& out) {
    std::size_t digits = 0;
    for (out = 0; digits < most && digits < text.size() && is_digit(text[digits]); ++digits)
        out = out * 10 + (text[digits] - '0');
    text.remove_prefix(digits);
    return digits > 0;
}

char lower_letter(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool take_letters(std::string_view& text, std::string_view word) {
    const bool fits = text.size() >= word.size() &&
                      std::equal(word.begin(), word.end(), text.begin(),
                                 [](char a, char b) { return a == lower_letter(b); });
    if (fits) text.remove_prefix(word.size());
    return fits;
}

bool take_month_name(std::string_view& text, int& month) {
    for (std::size_t i = 0; i < months.size(); ++i) {
        if (!take_letters(text, months[i])) continue;
        month = static_cast<int>(i) + 1;
        return true;
    }
    return false;
}

bool take_half(std::string_view& text, told_time& time) {
    time.is_afternoon = take_letters(text, "pm");
    return *time.is_afternoon || take_letters(text, "am");
}

bool take_part(char letter, std::string_view& text, told_time& time) {
    switch (letter) {
    case 'Y': return text.size() >= 4 && take_digits(text, 4, time.year) && time.year >= 1000;
    case 'y':
        // As POSIX has it: 69 to 99 are of the century before.
        if (!take_digits(text, 2, time.year)) return false;
        time.year += time.year >= 69 ? 1900 : 2000;
        return true;
    case 'm': return take_digits(text, 2, time.month);
    case 'b': return take_month_name(text, time.month);
    case 'd': return take_digits(text, 2, time.day);
    case 'H':
    case 'I': return take_digits(text, 2, time.hour);
    case 'p': return take_half(text, time);
    case 'M': return take_digits(text, 2, time.minute);
    case 'S': return take_digits(text, 2, time.second);
    default: return text.starts_with('%') && (text.remove_prefix(1), true);
    }
}

std::optional<std::int64_t> ms_of(told_time time) {
    if (time.is_afternoon) {
        if (time.hour < 1 || time.hour > 12) return std::nullopt;
        time.hour = time.hour % 12 + (*time.is_afternoon ? 12 : 0);
    }
    const std::chrono::year_month_day date(std::chrono::year(time.year),
                                           std::chrono::month(static_cast<unsigned>(time.month)),
                                           std::chrono::day(static_cast<unsigned>(time.day)));
    if (!date.ok() || time.hour > 23 || time.minute > 59 || time.second > 59) return std::nullopt;
    const std::int64_t seconds = (time.hour * 60LL + time.minute) * 60 + time.second;
    return std::chrono::sys_days(date).time_since_epoch().count() * ms_a_day + seconds * 1000;
}

std::optional<std::int64_t> read_by(std::string_view form, std::string_view text) {
    told_time time;
    while (!form.empty()) {
        if (form.starts_with('%') && form.size() > 1) {
            if (!take_part(form[1], text, time)) return std::nullopt;
            form.remove_prefix(2);
            continue;
        }
        if (!text.starts_with(form.front())) return std::nullopt;
        text.remove_prefix(1);
        form.remove_prefix(1);
    }
    return text.empty() ? ms_of(time) : std::nullopt;
}

cell_time of_zone(std::int64_t local_ms, const csv_options& options) {
    if (!options.utc_of_local)
        return {{}, "has no zone: write in csv.time_zone whose time it is, such as Europe/Berlin"};
    const auto ms = options.utc_of_local(local_ms);
    if (ms) return {ms, {}};
    return {{}, "was skipped when the clocks of csv.time_zone were set forward"};
}

} // namespace

cell_time read_cell_time(std::string_view cell, const csv_options& options) {
    for (const std::string& form : options.dates)
        if (const auto local = read_by(form, cell)) return of_zone(*local, options);
    constexpr std::size_t day_size = 10; // 2026-11-23
    std::string iso(cell);
    if (iso.size() == day_size) iso += "T00:00";
    if (iso.size() > day_size && iso[day_size] == ' ') iso[day_size] = 'T';
    if (const auto ms = iso_instant(iso)) return {ms, {}};
    if (const auto local = iso_instant(iso + 'Z')) return of_zone(*local, options);
    return {{},
            options.dates.empty()
                ? "is no time; write it as 2026-11-23T22:00:00Z, or tell its form in csv.dates"
                : "is no time in a form of csv.dates, nor one as 2026-11-23T22:00:00Z"};
}

std::string time_text(std::int64_t ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(ms)};
    const auto days = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(days);
    const auto of_day = (at - days).count();
    std::string text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    of_day / 3'600'000, of_day / 60'000 % 60, of_day / 1000 % 60);
    if (of_day % 1000 != 0) text += fmt::format(".{:03}", of_day % 1000);
    return text + 'Z';
}

std::string why_no_date_form(std::string_view form) {
    constexpr std::string_view wanted = "dmY"; // each at least once
    std::string seen;
    for (std::size_t at = form.find('%'); at < form.size(); at = form.find('%', at + 2)) {
        const char letter = at + 1 < form.size() ? form[at + 1] : '\0';
        if (letter == '\0' || form_letters.find(letter) == std::string_view::npos)
            return "must be as in '%d.%m.%Y %H:%M:%S': of %Y, %y, %m, %b (Nov), %d, %H, %I, %p, %M "
                   "and %S";
        // A month's name, and a year of two digits, do as well.
        seen += letter == 'b' ? 'm' : letter == 'y' ? 'Y' : letter;
    }
    const auto has = [&](char letter) { return seen.find(letter) != std::string::npos; };
    if (!std::ranges::all_of(wanted, has))
        return "must have a day, a month and a year, as in '%d.%m.%Y %H:%M:%S'";
    if (has('I') != has('p')) return "%I, hours up to 12, and %p, AM or PM, go together";
    return "";
}

} // namespace hubspool
