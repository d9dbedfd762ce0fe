#include "spool/queue_names.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace hubspool {
namespace {

constexpr std::size_t number_digits = 20;
constexpr std::size_t extension_bytes_max = 32;
constexpr std::size_t subdirectory_digits_min = 6;

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

std::optional<std::uint64_t> parse_digits(std::string_view digits) {
    std::uint64_t value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, value);
    // More digits than a number may have, or a sign: no name of ours.
    if (digits.empty() || error != std::errc{} || stopped != end || value > file_number_max) {
        return std::nullopt;
    }
    return value;
}

// The longest prefix of at most `size` bytes that ends between characters. Bytes that are no UTF-8
// are cut anywhere: no character is longer than four.
std::string_view whole_characters(std::string_view text, std::size_t size) {
    for (std::size_t back = 0; back < 4 && back < size; ++back) {
        if (!continues_character(text[size - back])) {
            return text.substr(0, size - back);
        }
    }
    return text.substr(0, size);
}

} // namespace

std::string format_claimed_name(std::uint64_t number, lane in, std::string_view producer_name) {
    return fmt::format("{:0{}}-{}-{}", number, number_digits, in == lane::live ? "live" : "bulk",
                       producer_name);
}

std::optional<claimed_name> parse_claimed_name(std::string_view text) {
    const auto number = leading_number(text);
    if (!number) {
        return std::nullopt;
    }
    const auto rest = text.substr(number_digits);
    // The lane is a part of the name, so that cur/ alone tells a file's lane.
    const bool live = rest.starts_with("-live-");
    if (!live && !rest.starts_with("-bulk-")) {
        return std::nullopt;
    }
    const auto name = rest.substr(6);
    if (name.empty() || name.size() > producer_name_bytes_max) {
        return std::nullopt;
    }
    return claimed_name{*number, live ? lane::live : lane::bulk, std::string(name)};
}

std::optional<std::uint64_t> leading_number(std::string_view text) {
    if (text.size() <= number_digits || text[number_digits] != '-') {
        return std::nullopt;
    }
    return parse_digits(text.substr(0, number_digits));
}

std::string cut_producer_name(std::string_view name) {
    if (name.size() <= producer_name_bytes_max) {
        return std::string(name);
    }
    // The extension stays: it tells a person what the file is.
    const auto dot = name.rfind('.');
    const bool has_extension =
        dot != std::string_view::npos && dot > 0 && name.size() - dot <= extension_bytes_max;
    const auto extension = has_extension ? name.substr(dot) : std::string_view{};
    std::string cut(whole_characters(name, producer_name_bytes_max - extension.size()));
    return cut.append(extension);
}

std::string format_subdirectory(std::uint64_t index) {
    return fmt::format("{:0{}}", index, subdirectory_digits_min);
}

std::optional<std::uint64_t> parse_subdirectory(std::string_view text) {
    const auto index = parse_digits(text);
    // Written anew, so that 7 and 000007 are not both taken.
    if (!index || format_subdirectory(*index) != text) {
        return std::nullopt;
    }
    return index;
}

std::string_view lane_directory(lane in) {
    return in == lane::live ? "new" : "bulk";
}

} // namespace hubspool
