#include "core/records/misspelt_as_of.hpp"

#include "core/words/named_as_of.hpp"

namespace hubspool {

namespace {

bool is_of_a_word(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// `small` is a small letter.
bool is_either(char c, char small) {
    return c == small || c == small - 'a' + 'A';
}

} // namespace

std::string_view misspelt_as_of(std::string_view name) {
    if (find_as_of(name)) return {};
    for (std::size_t sign = name.find('='); sign != std::string_view::npos;
         sign = name.find('=', sign + 1)) {
        // asof, with or without one sign between its words.
        std::size_t at = sign;
        if (at < 4 || !is_either(name[at - 1], 'f') || !is_either(name[at - 2], 'o')) continue;
        at -= 2;
        if (name[at - 1] == '_' || name[at - 1] == '-' || name[at - 1] == '.') --at;
        if (at < 2 || !is_either(name[at - 1], 's') || !is_either(name[at - 2], 'a')) continue;
        at -= 2;
        // "basof=" is another word.
        if (at > 0 && is_of_a_word(name[at - 1])) continue;
        return name.substr(at, sign + 1 - at);
    }
    return {};
}

} // namespace hubspool
