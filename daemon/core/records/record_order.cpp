#include "core/records/record_order.hpp"

#include "core/words/claim_stamp.hpp"

#include <fmt/core.h>

#include <charconv>

namespace hubspool {

namespace {

// Of numbers and ordinals: the horizon may be one number above, and SQLite's integers are signed.
constexpr std::uint64_t largest = INT64_MAX - 1;

bool take_number(std::string_view& text, std::uint64_t& number, std::uint64_t most) {
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || number > most) return false;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return true;
}

bool take_dot(std::string_view& text) {
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
    return true;
}

} // namespace

std::optional<order_key> order_of_text(std::string_view text) {
    order_key key;
    const bool whole = take_number(text, key.as_of, stamp_max) && take_dot(text) &&
                       take_number(text, key.number, largest) && take_dot(text) &&
                       take_number(text, key.ordinal, largest) && text.empty();
    return whole && key.number > 0 ? std::optional(key) : std::nullopt;
}

std::string format_order(const order_key& key) {
    return fmt::format("{}.{}.{}", key.as_of, key.number, key.ordinal);
}

} // namespace hubspool
