#include "spool/unpacking/utf16_decoder.hpp"

#include <algorithm>
#include <cstring>

namespace hubspool {

namespace {

constexpr std::size_t unit_bytes = 2;
constexpr std::size_t units_at_once = 4;
constexpr char32_t byte_order_mark = 0xfeff;
constexpr char32_t replacement_sign = 0xfffd;

bool is_text_sign(char c) {
    constexpr std::string_view spaces = " \t\r\n";
    return (c > ' ' && c < 0x7f) || spaces.find(c) != std::string_view::npos;
}

// As UTF-8; gives its bytes.
std::size_t write_utf8(std::array<char, 4>& into, char32_t character) {
    if (character < 0x80) {
        into[0] = static_cast<char>(character);
        return 1;
    }
    // RFC 3629 section 3: six bits a byte from the last one on, and the rest in the first.
    const std::size_t size = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
    for (std::size_t i = size - 1; i > 0; --i, character >>= 6)
        into[i] = static_cast<char>(0x80 | (character & 0x3f));
    into[0] = static_cast<char>((0xf00U >> size & 0xf0U) | character);
    return size;
}

// RFC 2781 section 2.1: which halves of a pair surrogates are.
bool is_first_half(char32_t unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}
bool is_second_half(char32_t unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

} // namespace

std::optional<utf16_order> utf16_of(std::string_view beginning) {
    using namespace std::string_view_literals;
    beginning = beginning.substr(0, utf16_told_by);
    if (beginning == "\xff\xfe\0\0"sv) return std::nullopt; // UTF-32
    if (beginning.starts_with("\xff\xfe"sv)) return utf16_order::little;
    if (beginning.starts_with("\xfe\xff"sv)) return utf16_order::big;
    if (beginning.size() < utf16_told_by) return std::nullopt;
    const auto fits = [&](std::size_t low) {
        return is_text_sign(beginning[low]) && is_text_sign(beginning[low + unit_bytes]) &&
               beginning[1 - low] == '\0' && beginning[1 - low + unit_bytes] == '\0';
    };
    if (fits(0)) return utf16_order::little;
    if (fits(1)) return utf16_order::big;
    return std::nullopt;
}

utf16_decoder::utf16_decoder(utf16_order order) : low_byte_(order == utf16_order::little ? 0 : 1) {
    std::array<unsigned char, units_at_once * unit_bytes> bits{};
    for (std::size_t i = 0; i < bits.size(); ++i)
        bits[i] = i % unit_bytes == low_byte_ ? 0x80 : 0xff;
    std::memcpy(&no_ascii_, bits.data(), sizeof no_ascii_);
    put(byte_order_mark);
}

utf16_decoder::step utf16_decoder::next(std::string_view bytes, bool last, std::span<char> room) {
    step done;
    while (true) {
        done.made += give_rest(room.subspan(done.made));
        if (rest_begin_ != rest_end_) return done;
        const step ascii = take_ascii(bytes.substr(done.used), room.subspan(done.made));
        done.used += ascii.used;
        done.made += ascii.made;
        is_at_beginning_ = is_at_beginning_ && ascii.used == 0;
        const std::size_t used = take_character(bytes.substr(done.used), last);
        if (used == 0) return done;
        done.used += used;
    }
}

// Some signs at a time, as most text is; what is left of them is taken one by one.
utf16_decoder::step utf16_decoder::take_ascii(std::string_view bytes, std::span<char> room) const {
    step done;
    std::uint64_t units = 0;
    while (bytes.size() - done.used >= sizeof units && room.size() - done.made >= units_at_once) {
        std::memcpy(&units, bytes.data() + done.used, sizeof units);
        if ((units & no_ascii_) != 0) break;
        for (std::size_t i = 0; i < units_at_once; ++i)
            room[done.made + i] = bytes[done.used + i * unit_bytes + low_byte_];
        done.used += sizeof units;
        done.made += units_at_once;
    }
    return done;
}

// Bytes of the character in front; 0: it is not whole.
std::size_t utf16_decoder::take_character(std::string_view bytes, bool last) {
    if (bytes.size() < unit_bytes) return 0;
    const char32_t first = unit_at(bytes);
    const bool may_be_pair = is_first_half(first);
    if (may_be_pair && bytes.size() < 2 * unit_bytes && !last) return 0;
    const bool is_mark = is_at_beginning_ && first == byte_order_mark;
    is_at_beginning_ = false;
    if (is_mark) return unit_bytes;
    const char32_t second =
        may_be_pair && bytes.size() >= 2 * unit_bytes ? unit_at(bytes.substr(unit_bytes)) : 0;
    if (is_second_half(second)) {
        put(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00));
        return 2 * unit_bytes;
    }
    const bool is_lone = may_be_pair || is_second_half(first);
    lone_surrogates_ += is_lone ? 1 : 0;
    put(is_lone ? replacement_sign : first);
    return unit_bytes;
}

char32_t utf16_decoder::unit_at(std::string_view bytes) const {
    const auto byte = [&](std::size_t i) -> char32_t {
        return static_cast<unsigned char>(bytes[i]);
    };
    return byte(low_byte_) | byte(1 - low_byte_) << 8;
}

void utf16_decoder::put(char32_t character) {
    rest_begin_ = 0;
    rest_end_ = write_utf8(rest_, character);
}

std::size_t utf16_decoder::give_rest(std::span<char> room) {
    const std::size_t size = std::min(room.size(), rest_end_ - rest_begin_);
    std::memcpy(room.data(), rest_.data() + rest_begin_, size);
    rest_begin_ += size;
    return size;
}

} // namespace hubspool
