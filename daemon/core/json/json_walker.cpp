#include "core/json/json_walker.hpp"

#include <array>
#include <utility>

namespace hubspool {

namespace {

// Bytes that end a run of uninteresting ones inside a string.
constexpr auto string_stops = [] {
    std::array<bool, 256> stops{};
    for (const char c : {'"', '\\', '\n'}) stops[static_cast<unsigned char>(c)] = true;
    return stops;
}();

constexpr bool ends_word(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',' || c == ':' || c == '"' ||
           c == '{' || c == '}' || c == '[' || c == ']';
}

} // namespace

void json_walker::begin(char first, walk_rule rule) {
    // A word has no closing sign of its own: it ends before the next space or punctuation.
    rule_ = rule;
    word_ = first != '{' && first != '[' && first != '"';
    in_string_ = false;
    escaped_ = false;
    before_ = token::none;
    depth_ = 0;
    newlines_ = 0;
    damage_ = "";
}

std::uint64_t json_walker::take_newlines() {
    return std::exchange(newlines_, 0);
}

walk_state json_walker::walk(std::string_view bytes, std::size_t& at) {
    if (word_) return walk_word(bytes, at);
    while (at < bytes.size()) {
        // Inside a string brackets mean nothing, and most bytes are skipped in a run.
        if (in_string_) {
            const walk_state state = walk_string(bytes, at);
            if (state == walk_state::damaged) return state;
            if (state == walk_state::closed && depth_ == 0) return state;
            continue;
        }
        switch (bytes[at]) {
        case ' ':
        case '\t':
        case '\r': break;
        case '\n':
            // After damage a record must end on its line, so that the bytes behind are not walked
            // again and again.
            if (rule_ == walk_rule::one_line) {
                damage_ = "the object is not closed on its line";
                return walk_state::damaged;
            }
            ++newlines_;
            break;
        case '"': in_string_ = true; break;
        case ':': before_ = token::colon; break;
        case ',': before_ = token::comma; break;
        case '{':
            if (!open(token::open_brace)) return walk_state::damaged;
            break;
        case '[':
            if (!open(token::open_bracket)) return walk_state::damaged;
            break;
        case '}':
        case ']':
            if (!close(bytes[at] == '}' ? token::open_brace : token::open_bracket))
                return walk_state::damaged;
            // The outermost bracket closed: the value ends with this byte.
            if (depth_ == 0) {
                ++at;
                return walk_state::closed;
            }
            break;
        default: before_ = token::other;
        }
        ++at;
    }
    return walk_state::open;
}

walk_state json_walker::walk_string(std::string_view bytes, std::size_t& at) {
    while (at < bytes.size()) {
        // What a backslash stands before is passed over, but never a newline: it ends the line in
        // any case.
        if (escaped_ && bytes[at] != '\n') {
            escaped_ = false;
            ++at;
            continue;
        }
        while (at < bytes.size() && !string_stops[static_cast<unsigned char>(bytes[at])]) ++at;
        if (at == bytes.size()) break;
        if (bytes[at] == '"') {
            in_string_ = false;
            before_ = token::other;
            ++at;
            return walk_state::closed;
        }
        if (bytes[at] == '\n') {
            // A raw newline in a string is no JSON (RFC 8259 section 7), and mostly the place where
            // a file was cut. Inside an array there is no line to resume at, so there it is left to
            // the parser.
            if (rule_ != walk_rule::balance) {
                damage_ = "its line ends inside a string";
                return walk_state::damaged;
            }
            ++newlines_;
            escaped_ = false;
        } else {
            escaped_ = true;
        }
        ++at;
    }
    return walk_state::open;
}

walk_state json_walker::walk_word(std::string_view bytes, std::size_t& at) {
    // Its first byte is part of it whatever it is, so that every value has one.
    if (at < bytes.size() && before_ == token::none) {
        before_ = token::other;
        ++at;
    }
    while (at < bytes.size() && !ends_word(bytes[at])) ++at;
    return at < bytes.size() ? walk_state::closed : walk_state::open;
}

bool json_walker::open(token bracket) {
    const bool brace = bracket == token::open_brace;
    // A brace where no value may stand means that the object before was cut off and the next one
    // begins. Without this the two would become one bad piece, and the good one would be lost with
    // it.
    if (brace && rule_ != walk_rule::balance && depth_ > 0 && depth_ <= known_depth) {
        // In an object a brace follows a colon; in an array a comma or the opening bracket.
        const bool in_object = braces_[depth_ - 1];
        const bool may_stand = in_object
                                   ? before_ == token::colon
                                   : before_ == token::comma || before_ == token::open_bracket;
        if (!may_stand) {
            damage_ = "another object begins where none may stand: this one is not closed";
            return false;
        }
    }
    // Deeper than 1,024 only the count is kept: the parser refuses such a value anyway.
    if (depth_ < known_depth) braces_[depth_] = brace;
    ++depth_;
    before_ = bracket;
    return true;
}

bool json_walker::close(token bracket) {
    --depth_;
    if (depth_ < known_depth && braces_[depth_] != (bracket == token::open_brace)) {
        damage_ = "a bracket closes one of the other kind";
        return false;
    }
    before_ = token::other;
    return true;
}

} // namespace hubspool
