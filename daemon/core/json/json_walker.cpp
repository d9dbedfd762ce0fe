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
    if (brace && rule_ != walk_rule::balance && depth_ > 0 && depth_ <= known_depth) {
        const bool in_object = braces_[depth_ - 1];
        const bool may_stand = in_object
                                   ? before_ == token::colon
                                   : before_ == token::comma || before_ == token::open_bracket;
        if (!may_stand) {
            damage_ = "another object begins where none may stand: this one is not closed";
            return false;
        }
    }
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
