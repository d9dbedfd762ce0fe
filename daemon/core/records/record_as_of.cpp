#include "core/records/record_as_of.hpp"

#include "core/words/claim_stamp.hpp"
#include "core/words/date_time.hpp"
#include "core/words/iso_instant.hpp"

#include <charconv>

namespace hubspool {

namespace {
constexpr as_of_ms number_min = 100'000'000'000; // of the year 1973; as seconds of the year 5138
} // namespace

std::optional<as_of_ms> as_of_text(std::string_view text) {
    if (!is_date_time(text)) return std::nullopt;
    const auto at = iso_instant(text);
    return at && *at >= 0 ? std::optional(static_cast<as_of_ms>(*at)) : std::nullopt;
}

std::optional<as_of_ms> as_of_number(std::string_view digits) {
    as_of_ms value = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, value);
    const bool is_integer = error == std::errc{} && stopped == end;
    return is_integer && value >= number_min && value <= stamp_max ? std::optional(value)
                                                                   : std::nullopt;
}

} // namespace hubspool
