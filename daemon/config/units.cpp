#include "config/units.hpp"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace hubspool {
namespace {

struct unit {
    std::string_view name;
    std::uint64_t size; // in milliseconds, or in bytes
};

// Largest first: the ways back take the first that fits.
constexpr std::array<unit, 5> duration_units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<unit, 5> size_units{
    {{"TiB", 1ULL << 40}, {"GiB", 1ULL << 30}, {"MiB", 1ULL << 20}, {"KiB", 1ULL << 10}, {"B", 1}}};

std::optional<std::uint64_t> parse(std::string_view text, std::span<const unit> units,
                                   std::uint64_t most) {
    std::uint64_t count = 0;
    const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (ec != std::errc()) return std::nullopt;
    const std::string_view name = text.substr(static_cast<std::size_t>(rest - text.data()));
    // 0 is the same in every unit.
    if (name.empty() && count == 0) return 0;
    for (const unit& u : units) {
        if (name != u.name) continue;
        // Written as a division, since the product might overflow.
        if (count > most / u.size) return std::nullopt;
        return count * u.size;
    }
    return std::nullopt;
}

std::string exact(std::uint64_t value, std::span<const unit> units) {
    if (value == 0) return "0";
    // The largest unit without a remainder: the text is read back as the very same value.
    for (const unit& u : units)
        if (value % u.size == 0) return fmt::format("{}{}", value / u.size, u.name);
    return {}; // not reached: the last unit is 1
}

} // namespace

std::optional<milliseconds> parse_duration(std::string_view text) {
    const auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const auto count = parse(text, duration_units, most);
    if (!count) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(*count));
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
    return parse(text, size_units, std::numeric_limits<std::uint64_t>::max());
}

std::string exact_duration(milliseconds value) {
    return exact(static_cast<std::uint64_t>(value.count()), duration_units);
}

std::string exact_size(std::uint64_t bytes) {
    return exact(bytes, size_units);
}

std::string duration_text(milliseconds value) {
    if (value < milliseconds(0)) return "-" + duration_text(-value);
    const auto count = static_cast<std::uint64_t>(value.count());
    // The two largest units are enough for a person.
    for (std::size_t i = 0; i + 1 < duration_units.size(); ++i) {
        const unit& large = duration_units[i];
        const unit& small = duration_units[i + 1];
        if (count < large.size) continue;
        // Milliseconds beside whole seconds tell a person nothing.
        const std::uint64_t rest = small.size == 1 ? 0 : count % large.size / small.size;
        if (rest == 0) return fmt::format("{}{}", count / large.size, large.name);
        return fmt::format("{}{} {}{}", count / large.size, large.name, rest, small.name);
    }
    return fmt::format("{}ms", count);
}

std::string size_text(std::uint64_t bytes) {
    for (const unit& u : size_units) {
        if (bytes < u.size) continue;
        if (bytes % u.size == 0) return fmt::format("{}{}", bytes / u.size, u.name);
        return fmt::format("{:.1f}{}", static_cast<double>(bytes) / static_cast<double>(u.size),
                           u.name);
    }
    return "0B";
}

} // namespace hubspool
