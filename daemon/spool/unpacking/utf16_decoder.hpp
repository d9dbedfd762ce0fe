// Text in UTF-16 (RFC 2781), told by its first bytes, and made UTF-8 of. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace hubspool {

enum class utf16_order : std::uint8_t { little, big };

// So many first bytes tell it.
inline constexpr std::size_t utf16_told_by = 4;
// By its byte order mark; without one, by two signs of ASCII with a NUL byte beside each, as all
// JSON begins. Nothing: it is something else, such as UTF-32.
std::optional<utf16_order> utf16_of(std::string_view beginning);

// One text, which comes bit by bit. The UTF-8 begins with a byte order mark in any case.
class utf16_decoder {
public:
    explicit utf16_decoder(utf16_order order);

    struct step {
        std::size_t used = 0; // of `bytes`
        std::size_t made = 0; // in `room`
    };
    // Half a character at the end of `bytes` is not used, for the rest of it may follow; but for a
    // lone surrogate when they are the `last`. The same bytes make the same text, however they and
    // the room are cut.
    step next(std::string_view bytes, bool last, std::span<char> room);

    // Of each U+FFFD was made.
    std::uint64_t lone_surrogates() const { return lone_surrogates_; }

private:
    char32_t unit_at(std::string_view bytes) const;
    step take_ascii(std::string_view bytes, std::span<char> room) const;
    std::size_t take_character(std::string_view bytes, bool last);
    std::size_t give_rest(std::span<char> room);
    void put(char32_t character);

    std::size_t low_byte_;       // of two, the one that holds ASCII
    std::uint64_t no_ascii_ = 0; // bits of four units that ASCII has not
    bool is_at_beginning_ = true;
    std::array<char, 4> rest_{}; // of a character, what had no room yet
    std::size_t rest_begin_ = 0, rest_end_ = 0;
    std::uint64_t lone_surrogates_ = 0;
};

} // namespace hubspool
