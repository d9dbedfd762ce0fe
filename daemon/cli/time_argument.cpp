#include "cli/time_argument.hpp"

#include "config/units.hpp"
#include "core/words/iso_instant.hpp"
#include "core/words/trimmed.hpp"

#include <fmt/core.h>

#include <array>
#include <cctype>
#include <charconv>
#include <ctime>
#include <string>
#include <utility>

namespace hubspool {

namespace {

using std::chrono::seconds;

struct unit {
    std::string_view name;
    std::int64_t seconds;
};
constexpr std::array units{unit{"s", 1},       unit{"sec", 1},       unit{"second", 1},
                           unit{"seconds", 1}, unit{"m", 60},        unit{"min", 60},
                           unit{"minute", 60}, unit{"minutes", 60},  unit{"h", 3600},
                           unit{"hr", 3600},   unit{"hour", 3600},   unit{"hours", 3600},
                           unit{"d", 86400},   unit{"day", 86400},   unit{"days", 86400},
                           unit{"w", 604800},  unit{"week", 604800}, unit{"weeks", 604800}};
constexpr std::int64_t span_most = std::int64_t{100} * 366 * 86400;

bool take_suffix(std::string_view& text, std::string_view suffix) {
    if (!text.ends_with(suffix)) return false;
    text = trimmed(text.substr(0, text.size() - suffix.size()));
    return true;
}

std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc() || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

// "2h 30min"
std::optional<seconds> parse_span(std::string_view text) {
    std::int64_t sum = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        const auto number = take_number(text);
        // Bounded before it is multiplied.
        if (!number || *number > span_most) return std::nullopt;
        text = trimmed(text);
        std::size_t size = 0;
        while (size < text.size() && std::isalpha(static_cast<unsigned char>(text[size])) != 0)
            ++size;
        const std::string_view name = text.substr(0, size);
        text = trimmed(text.substr(size));
        std::int64_t factor = 0;
        for (const unit& u : units) {
            if (u.name == name) factor = u.seconds;
        }
        // A word that is no unit.
        if (factor == 0) return std::nullopt;
        sum += *number * factor;
        if (sum > span_most) return std::nullopt;
    }
    return seconds(sum);
}

std::tm fields_of(wall_time at, bool utc) {
    const std::time_t whole = std::chrono::floor<seconds>(at).time_since_epoch().count();
    std::tm fields{};
    utc ? ::gmtime_r(&whole, &fields) : ::localtime_r(&whole, &fields);
    return fields;
}

// Nothing for a day or hour that does not exist.
std::optional<wall_time> time_of(std::tm fields, bool utc) {
    std::tm normal = fields;
    // Let the C library find out whether daylight saving time holds.
    normal.tm_isdst = -1;
    const std::time_t at = utc ? ::timegm(&normal) : ::mktime(&normal);
    // It was normalised: such a day does not exist.
    if (normal.tm_mday != fields.tm_mday || normal.tm_mon != fields.tm_mon) return std::nullopt;
    return wall_time(seconds(at));
}

std::optional<wall_time> midnight(wall_time now, int days_before, bool utc) {
    std::tm fields = fields_of(now, utc);
    fields.tm_hour = fields.tm_min = fields.tm_sec = 0;
    // Days are subtracted by the calendar: one may have 23 hours.
    fields.tm_mday -= days_before;
    fields.tm_isdst = -1;
    return wall_time(seconds(utc ? ::timegm(&fields) : ::mktime(&fields)));
}

bool read_date(std::string_view text, std::tm& fields) {
    const std::string date(text);
    if (date.size() != 10) return false;
    // strptime(3) must have used the whole text.
    const char* const end = ::strptime(date.c_str(), "%Y-%m-%d", &fields);
    return end != nullptr && *end == '\0';
}

bool read_clock(std::string_view text, std::tm& fields) {
    // A fraction of a second is taken and ignored: our own JSON has it.
    const std::size_t point = text.find('.');
    const std::string clock(text.substr(0, point));
    if (point != std::string_view::npos &&
        text.find_first_not_of("0123456789", point + 1) != std::string_view::npos)
        return false;
    fields.tm_hour = fields.tm_min = fields.tm_sec = 0;
    for (const char* const format : {"%H:%M:%S", "%H:%M"}) {
        const char* const end = ::strptime(clock.c_str(), format, &fields);
        if (end != nullptr && *end == '\0') return true;
    }
    return false;
}

} // namespace

std::optional<wall_time> parse_time(std::string_view text, wall_time now) {
    text = trimmed(text);
    if (text == "now") return now;
    // With its zone in it, to the millisecond.
    if (const auto at = iso_instant(text)) return wall_time(milliseconds(*at));
    // A span before now, in either spelling.
    if (std::string_view span = text;
        take_suffix(span, "ago") || (span.starts_with('-') && span.size() > 1)) {
        if (span.starts_with('-')) span.remove_prefix(1);
        const auto before = parse_span(span);
        return before ? std::optional(now - *before) : std::nullopt;
    }
    // At the end of the text stands the zone, if any.
    const bool utc = take_suffix(text, "UTC") || take_suffix(text, "Z");
    if (text == "today") return midnight(now, 0, utc);
    if (text == "yesterday") return midnight(now, 1, utc);

    std::tm fields = fields_of(now, utc);
    const std::size_t gap = text.find_first_of(" T");
    // Only a day, or only a time of today.
    if (gap == std::string_view::npos) {
        fields.tm_hour = fields.tm_min = fields.tm_sec = 0;
        if (!read_date(text, fields) && !read_clock(text, fields)) return std::nullopt;
        return time_of(fields, utc);
    }
    if (!read_date(text.substr(0, gap), fields) || !read_clock(text.substr(gap + 1), fields))
        return std::nullopt;
    return time_of(fields, utc);
}

std::optional<milliseconds> parse_deadline(std::string_view text, wall_time now) {
    text = trimmed(text);
    if (const auto span = parse_duration(text)) return span;
    // Of the words for what has been, none is meant.
    if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front())) == 0 ||
        text.ends_with("ago"))
        return std::nullopt;
    const auto ahead = [&](std::optional<wall_time> at) { return at && *at > now; };
    auto at = parse_time(text, now);
    // Only a time of the day: it may be tomorrow's, by the calendar here or by UTC's.
    const bool is_of_any_day = text.find(':') <= 2;
    const wall_time next_day = now + std::chrono::hours(24);
    for (const wall_time day : {midnight(now, -1, false).value_or(next_day), next_day})
        if (is_of_any_day && !ahead(at)) at = parse_time(text, day);
    return ahead(at) ? std::optional(*at - now) : std::nullopt;
}

std::string wrong_time(std::string_view option, std::string_view text) {
    return fmt::format("{} {}: not a time; write \"2026-11-23 10:00\", today, \"2h ago\" or -2h",
                       option, text);
}

} // namespace hubspool
