#include "base/clocks.hpp"

#include "core/words/date_time.hpp"

#include <fmt/chrono.h>

#include <chrono>
#include <ctime>

namespace hubspool {

boot_time boot_now() {
    // Goes on while the machine is suspended (clock_gettime(2)), as the server's window does.
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return boot_time(std::chrono::duration_cast<milliseconds>(
        std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec)));
}

wall_time wall_now() {
    return std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
}

std::string iso_time(wall_time at) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::time_t{seconds.time_since_epoch().count()}),
                       (at - seconds).count());
}

std::optional<std::string> iso_time(const std::optional<wall_time>& at) {
    return at ? std::optional(iso_time(*at)) : std::nullopt;
}

std::optional<wall_time> parse_iso_time(std::string_view text) {
    constexpr std::string_view pattern = "2026-11-23T22:41:34.120Z";
    if (text.size() != pattern.size() || text[19] != '.' || !text.ends_with('Z') ||
        !is_date_time(text))
        return std::nullopt;
    const auto number = [&](std::size_t begin, std::size_t digits) {
        int value = 0;
        for (const char digit : text.substr(begin, digits)) value = value * 10 + (digit - '0');
        return value;
    };
    const std::chrono::year_month_day day(std::chrono::year(number(0, 4)),
                                          std::chrono::month(static_cast<unsigned>(number(5, 2))),
                                          std::chrono::day(static_cast<unsigned>(number(8, 2))));
    return std::chrono::sys_days(day) + std::chrono::hours(number(11, 2)) +
           std::chrono::minutes(number(14, 2)) + std::chrono::seconds(number(17, 2)) +
           milliseconds(number(20, 3));
}

std::string iso_day(wall_time at) {
    return iso_time(at).substr(0, 10);
}

} // namespace hubspool
