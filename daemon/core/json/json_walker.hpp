// Finds the end of one JSON value in a stream of bytes told in windows, without understanding it.
//
// It knows strings and brackets only; what stands between them is the parser's affair. Memory is
// one bit a level of nesting, up to 1,024: deeper brackets are counted and may close each other's
// kind, because such a value is refused by the parser anyway. Single thread. Never fails: any bytes
// give an end, damage, or a wish for more.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubspool {

enum class walk_rule : std::uint8_t {
    balance,  // brackets and quotes balance; a newline in a string is the parser's affair
    sequence, // and signs that the value was cut off and another follows are damage
    one_line, // and any newline is damage
};

enum class walk_state : std::uint8_t {
    open,    // all bytes were walked, and the value goes on
    closed,  // its last byte was walked
    damaged, // the byte at hand cannot belong to it; damage() says why
};

class json_walker {
public:
    // `first` is the value's first byte, which walk() is still to be shown.
    void begin(char first, walk_rule rule);

    // Walks on over `bytes` from index `at`. Afterwards `at` is one past the value when it is
    // closed, the byte that shows the damage when damaged, and bytes.size() when open.
    walk_state walk(std::string_view bytes, std::size_t& at);

    // Newlines walked since begin(), or since this was last asked.
    std::uint64_t take_newlines();
    const char* damage() const { return damage_; }
    bool escaped() const { return escaped_; } // the next byte of the string stands for itself

private:
    enum class token : std::uint8_t { none, open_brace, open_bracket, colon, comma, other };

    walk_state walk_string(std::string_view bytes, std::size_t& at);
    walk_state walk_word(std::string_view bytes, std::size_t& at);
    bool open(token bracket);
    bool close(token bracket);

    static constexpr std::size_t known_depth = 1024;

    walk_rule rule_ = walk_rule::balance;
    bool word_ = false;      // neither bracket nor string: ends before white space or punctuation
    bool in_string_ = false; // past its opening quote
    bool escaped_ = false;
    token before_ = token::none;
    std::size_t depth_ = 0;
    std::bitset<known_depth> braces_; // of the open brackets, which are `{`
    std::uint64_t newlines_ = 0;
    const char* damage_ = "";
};

} // namespace hubspool
