#include "core/words/named_as_of.hpp"

#include "core/words/iso_instant.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>

namespace hubspool {

namespace {

// Longer than any time that has a use. Where a time ends, or why it is none, is found within so
// many bytes and the one behind: so a name that was cut still says the same.
constexpr std::size_t time_bytes_max = 40;

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

} // namespace

std::optional<named_as_of> find_as_of(std::string_view name) {
    named_as_of found;
    found.begin = name.find(as_of_sign);
    if (found.begin == std::string_view::npos) return std::nullopt;
    const auto said = name.substr(found.begin + as_of_sign.size());
    auto rest = said.substr(0, time_bytes_max);
    const auto at = take_iso_instant(rest);
    const std::size_t used = std::min(said.size(), time_bytes_max) - rest.size();
    const bool ends = used == said.size() || !is_letter_or_digit(said[used]);
    if (at && *at >= 0 && ends) found.time = static_cast<as_of_ms>(*at);
    // What cannot be read is kept as far as it was looked at, so that it stays unreadable.
    const std::size_t kept = found.time ? used : std::min(said.size(), time_bytes_max + 1);
    found.end = found.begin + as_of_sign.size() + kept;
    return found;
}

std::string why_no_as_of(std::string_view name) {
    const auto found = find_as_of(name);
    if (!found || found->time) return {};
    return fmt::format("what follows as_of= in its name is no time: {}; write it as "
                       "as_of=20261130T010000Z, or leave as_of= out, and queue the file again",
                       printable(name.substr(found->begin, found->end - found->begin)));
}

std::string format_as_of(as_of_ms time) {
    using namespace std::chrono;
    const sys_time<milliseconds> at{milliseconds(time)};
    const auto day = floor<days>(at);
    const year_month_day date(day);
    const hh_mm_ss clock(at - day);
    std::string text =
        fmt::format("{}{:04}{:02}{:02}T{:02}{:02}{:02}", as_of_sign, static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    if (const auto fraction = clock.subseconds().count(); fraction != 0)
        text += fmt::format(".{:03}", fraction);
    return text + 'Z';
}

file_order order_of_claim(std::uint64_t number, as_of_ms stamp, std::string_view producer_name) {
    const auto named = find_as_of(producer_name);
    return {stamp, std::min(stamp, named && named->time ? *named->time : stamp), number};
}

} // namespace hubspool
