#include "api/credential/token_form.hpp"

#include <algorithm>

namespace hubspool {
namespace {

bool is_visible_ascii(char c) {
    return c > ' ' && c < '\x7f';
}

bool is_name(std::string_view text) {
    return !text.empty() && (text.front() < '0' || text.front() > '9') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                      (c >= 'A' && c <= 'Z');
           });
}

// NAME=value, also after `export`. What ends in = is a token's padding.
bool is_assignment(std::string_view text) {
    constexpr std::string_view exported = "export ";
    if (text.starts_with(exported)) {
        text.remove_prefix(exported.size());
    }
    // NAME= before something else; a token that ends in = is not one.
    const auto sign = text.find('=');
    return sign != std::string_view::npos && is_name(text.substr(0, sign)) &&
           text.find_first_not_of('=', sign) != std::string_view::npos;
}

bool starts_with_word(std::string_view text, std::string_view word) {
    // A header copied as it stands is a common mistake.
    return text.size() > word.size() &&
           std::equal(word.begin(), word.end(), text.begin(),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); }) &&
           (text[word.size()] == ' ' || text[word.size()] == ':' || text[word.size()] == '\t');
}

bool is_quoted(std::string_view text) {
    constexpr std::string_view quotes = "\"'`";
    return quotes.find(text.front()) != std::string_view::npos ||
           quotes.find(text.back()) != std::string_view::npos;
}

} // namespace

std::optional<std::string_view> why_no_token(std::string_view text) {
    // A byte order mark is invisible in an editor, so it gets words of its own.
    if (text.starts_with("\xef\xbb\xbf") || text.starts_with("\xff\xfe") ||
        text.starts_with("\xfe\xff")) {
        return "begins with a byte order mark; save it as plain text without one";
    }
    if (text.front() == '{' || text.front() == '[') {
        return "holds JSON; write the token alone, without braces, names and quotes";
    }
    // Before the quotes: NAME="value" holds both, and the name is what is wrong first.
    if (is_assignment(text)) {
        return "holds NAME=value; write the value alone";
    }
    if (is_quoted(text)) {
        return "holds quotes; write the token without them";
    }
    if (starts_with_word(text, "bearer") || starts_with_word(text, "authorization")) {
        return "begins with Bearer or Authorization, which hubspool adds itself; write the token "
               "alone";
    }
    if (text.find('\n') != std::string_view::npos || text.find('\r') != std::string_view::npos) {
        return "holds several lines; write the token alone, on one";
    }
    if (!std::all_of(text.begin(), text.end(), is_visible_ascii)) {
        return "holds more than a token: a space, a control or a non-ASCII character; write it "
               "alone, on one line";
    }
    return std::nullopt;
}

} // namespace hubspool
