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

// The first and the last bytes of a text: all of one of up to `covered` bytes, if its size is
// known.
struct text_ends {
    static constexpr std::size_t covered = 16;

    text_ends() = default;
    explicit text_ends(std::string_view text) {
        if (text.size() >= 8) {
            first = word_at<std::uint64_t>(text.data());
            last = word_at<std::uint64_t>(text.data() + text.size() - 8);
        } else {
            first = last_word(text);
        }
    }
    friend bool operator==(const text_ends& a, const text_ends& b) {
        return ((a.first ^ b.first) | (a.last ^ b.last)) == 0;
    }
    std::uint32_t hash() const {
        return static_cast<std::uint32_t>(((first ^ last >> 3) * 0x9e3779b97f4a7c15) >> 40);
    }

    std::uint64_t first = 0;
    std::uint64_t last = 0;
};

} // namespace hubspool
