#include "spool/queue_names.hpp"

#include "core/words/named_as_of.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

namespace hubspool {
namespace {

constexpr std::size_t number_digits = 20;
constexpr std::size_t stamp_digits = 13;
constexpr std::size_t lane_bytes = 4;
constexpr std::size_t extension_bytes_max = 32;
constexpr std::size_t subdirectory_digits_min = 6;
// NAME_MAX, with what is put behind a name in done/ and rejected/.
static_assert(number_digits + 1 + stamp_digits + 1 + lane_bytes + 1 + producer_name_bytes_max +
                  std::string_view("~99.reason").size() <=
              255);

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
    if (size >= text.size()) return text;
    for (std::size_t back = 0; back < 4 && back < size; ++back) {
        if (!continues_character(text[size - back])) {
            return text.substr(0, size - back);
        }
    }
    return text.substr(0, size);
}

} // namespace

std::string format_claimed_name(const claimed_name& name) {
    const auto lane = name.lane == lane::live ? "live" : "bulk";
    if (name.stamp == 0)
        return fmt::format("{:0{}}-{}-{}", name.number, number_digits, lane, name.name);
    return fmt::format("{:0{}}-{:0{}}-{}-{}", name.number, number_digits,
                       std::min(name.stamp, stamp_max), stamp_digits, lane, name.name);
}

std::string format_claimed_name(const claimed_file& file) {
    return format_claimed_name({file.number, file.order.stamp, file.lane, file.name});
}

std::optional<leading_words> parse_leading_words(std::string_view text) {
    if (text.size() <= number_digits || text[number_digits] != '-') return std::nullopt;
    const auto number = parse_digits(text.substr(0, number_digits));
    if (!number) return std::nullopt;
    // In a name of the version before the lane stands here, which is no digits.
    text.remove_prefix(number_digits + 1);
    const bool has_stamp = text.size() > stamp_digits && text[stamp_digits] == '-';
    const auto stamp = has_stamp ? parse_digits(text.substr(0, stamp_digits)) : std::nullopt;
    return leading_words{*number, stamp.value_or(0)};
}

std::optional<claimed_name> parse_claimed_name(std::string_view text) {
    const auto words = parse_leading_words(text);
    if (!words) return std::nullopt;
    auto rest = text.substr(number_digits + 1);
    if (words->stamp != 0) rest.remove_prefix(stamp_digits + 1);
    // The lane is a part of the name, so that cur/ alone tells a file's lane.
    const bool live = rest.starts_with("live-");
    if (!live && !rest.starts_with("bulk-")) return std::nullopt;
    const auto name = rest.substr(lane_bytes + 1);
    if (name.empty() || name.size() > producer_name_bytes_max) return std::nullopt;
    return claimed_name{words->number, words->stamp, live ? lane::live : lane::bulk,
                        std::string(name)};
}

std::string cut_producer_name(std::string_view name) {
    if (name.size() <= producer_name_bytes_max) {
        return std::string(name);
    }
    // What it says of as_of decides which value wins: it stays before all else.
    const auto as_of = find_as_of(name);
    // The extension stays: it tells a person what the file is.
    const auto dot = name.rfind('.');
    const bool has_extension = dot != std::string_view::npos && dot > 0 &&
                               name.size() - dot <= extension_bytes_max &&
                               (!as_of || dot >= as_of->end || dot < as_of->begin);
    const auto extension = has_extension ? name.substr(dot) : std::string_view{};
    const std::size_t room = producer_name_bytes_max - extension.size();
    // It stands in what is left, or in the extension. A character cut off is of four bytes at most.
    if (!as_of || as_of->end + 4 <= room || (has_extension && dot < as_of->begin))
        return std::string(whole_characters(name, room)).append(extension);
    // Else it moves to the front of what was cut.
    const auto told = name.substr(as_of->begin, as_of->end - as_of->begin);
    const auto kept = as_of->time ? told : whole_characters(name.substr(as_of->begin), told.size());
    const auto before = name.substr(0, as_of->begin);
    std::string cut(whole_characters(before, room - kept.size()));
    return cut.append(kept).append(extension);
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

std::string_view lane_directory(lane which) {
    return which == lane::live ? "new" : "bulk";
}

} // namespace hubspool
