// Comparing and hashing texts of some ten bytes, a million times a second: a call of memcmp() costs
// more than the comparison.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace hubspool {

template <class Word>
Word word_at(const char* at) {
    Word word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

// All of a text of fewer than eight bytes.
inline std::uint64_t last_word(std::string_view text) {
    const char* const at = text.data();
    const std::size_t size = text.size();
    // The second half overlaps the first, where it is not as long.
    if (size >= 4)
        return std::uint64_t{word_at<std::uint32_t>(at)} << 32 |
               word_at<std::uint32_t>(at + size - 4);
    const auto byte = [&](std::size_t i) {
        return std::uint64_t{static_cast<unsigned char>(at[i])};
    };
    return size == 0 ? 0 : byte(0) << 16 | byte(size / 2) << 8 | byte(size - 1);
}

inline bool same_text(std::string_view a, std::string_view b) {
    const std::size_t size = a.size();
    if (size != b.size()) return false;
    if (size > 16) return std::memcmp(a.data(), b.data(), size) == 0;
    const char* const x = a.data();
    const char* const y = b.data();
    // The last word overlaps the first.
    if (size >= 8)
        return word_at<std::uint64_t>(x) == word_at<std::uint64_t>(y) &&
               word_at<std::uint64_t>(x + size - 8) == word_at<std::uint64_t>(y + size - 8);
    if (size >= 4)
        return word_at<std::uint32_t>(x) == word_at<std::uint32_t>(y) &&
               word_at<std::uint32_t>(x + size - 4) == word_at<std::uint32_t>(y + size - 4);
    return size == 0 || (x[0] == y[0] && x[size / 2] == y[size / 2] && x[size - 1] == y[size - 1]);
}

// Of the size, the first and the last four bytes: enough to tell the names of fields apart.
inline std::uint32_t short_hash(std::string_view text) {
    const std::uint64_t ends = text.size() < 4
                                   ? last_word(text)
                                   : std::uint64_t{word_at<std::uint32_t>(text.data())} << 32 |
                                         word_at<std::uint32_t>(text.data() + text.size() - 4);
    return static_cast<std::uint32_t>(((ends + text.size()) * 0x9e3779b97f4a7c15) >> 40);
}

} // namespace hubspool
