// How much text a file may hold that was not opened yet: a guess by its name, for what only has to
// be about right. What it is is told by its content, when it is read.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace hubspool {

inline std::uint64_t likely_text_bytes(std::string_view name, std::uint64_t size) {
    using namespace std::string_view_literals;
    constexpr std::uint64_t usual_ratio = 20; // records of one form are very regular
    const auto is_same = [](char small, char any) {
        return small == any || (any >= 'A' && any <= 'Z' && small == any - 'A' + 'a');
    };
    const auto ends_with = [&](std::string_view end) {
        return name.size() >= end.size() &&
               std::equal(end.begin(), end.end(), name.end() - static_cast<long>(end.size()),
                          is_same);
    };
    constexpr std::string_view packed[] = {".gz"sv, ".gzip"sv, ".zst"sv, ".zstd"sv};
    return std::any_of(std::begin(packed), std::end(packed), ends_with) ? size * usual_ratio : size;
}

} // namespace hubspool
