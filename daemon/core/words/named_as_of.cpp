#include "core/words/named_as_of.hpp"

#include "core/words/iso_instant.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <chrono>

namespace hubspool {

namespace {

// Longer than any time that has a use. Where a time ends, or why it is none, is found within so
// many bytes and the one behind: so a name that was cut still says the same.
constexpr std::size_t time_bytes_max = 40;

bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Digits up to a dot, which is taken, too.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stopped == end || *stopped != '.') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stopped - text.data()) + 1);
    return number;
}

bool is_below(const file_base& base, std::uint64_t number, as_of_ms stamp) {
    return base.number < number && base.stamp <= stamp;
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

std::optional<named_base> find_base(std::string_view name) {
    if (!name.starts_with(base_sign)) return std::nullopt;
    name.remove_prefix(base_sign.size());
    named_base found;
    const auto stamp = take_number(name);
    const auto number = stamp ? take_number(name) : std::nullopt;
    // A stamp of 0 stands for none.
    if (stamp.value_or(0) > 0 && number.value_or(0) > 0) found.base = file_base{*stamp, *number};
    found.rest = name;
    return found;
}

std::string format_base(const file_base& base) {
    return fmt::format("{}{}.{}.", base_sign, base.stamp, base.number);
}

std::string why_no_order(std::uint64_t number, as_of_ms stamp, std::string_view name) {
    if (std::string why = why_no_as_of(name); !why.empty()) return why;
    const auto named = find_base(name);
    if (!named || (named->base && is_below(*named->base, number, stamp))) return {};
    return fmt::format("its name begins with {} and does not go on with stamp and number of a file "
                       "that came before it: only `hubspool replay` gives such names. Queue the "
                       "file again under another one",
                       base_sign);
}

file_order order_of_claim(std::uint64_t number, as_of_ms stamp, std::string_view producer_name) {
    file_order order{stamp, stamp, number};
    const auto named = find_base(producer_name);
    if (named && named->base && is_below(*named->base, number, stamp)) order.base = named->base;
    const auto as_of = find_as_of(producer_name);
    if (order.base) order.as_of = order.base->stamp;
    if (as_of && as_of->time) order.as_of = std::min(order.as_of, *as_of->time);
    return order;
}

} // namespace hubspool
