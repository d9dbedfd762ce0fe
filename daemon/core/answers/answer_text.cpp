#include "core/answers/answer_text.hpp"

#include "core/words/digit.hpp"
#include "core/words/printable.hpp"
#include "core/words/utf8.hpp"

#include <algorithm>
#include <charconv>

namespace hubspool {

namespace {

constexpr std::string_view ellipsis = "\xe2\x80\xa6"; // U+2026
constexpr std::string_view blanks = " \t\r\n";
constexpr std::string_view quotes = "\"'`";

bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_one_of(char c, std::string_view set) {
    return set.find(c) != std::string_view::npos;
}

std::string lower_case_own_words(std::string_view message) {
    // What follows a quote or bracket may be a record's value: it must not steer us.
    std::string own(message.substr(0, message.find_first_of("\"[{")));
    for (char& c : own) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return own;
}

// The number that stands at `at`, when it is a cap one can believe.
std::optional<std::uint32_t> cap_at(std::string_view text, std::size_t at) {
    std::uint32_t value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, failed] = std::from_chars(text.data() + at, end, value);
    if (failed != std::errc() || value < 1 || value > 10000) return {};
    return value;
}

} // namespace

std::string clean_text(std::string_view text, std::size_t bytes_max) {
    std::string out;
    std::size_t fits = 0; // bytes of `out` after which the ellipsis still has room
    while (!text.empty()) {
        // Character by character: the cut must not fall into one, and a broken byte must not reach
        // a terminal.
        const std::size_t size = utf8_size(text);
        std::string_view piece = size == 0 ? utf8_replacement : text.substr(0, size);
        if (size != 0 && steers_text(piece)) piece = " ";
        // It does not fit: back to the last place where the ellipsis has room.
        if (out.size() + piece.size() > bytes_max) {
            out.resize(fits);
            return out.append(ellipsis);
        }
        out.append(piece);
        if (out.size() + ellipsis.size() <= bytes_max) fits = out.size();
        text.remove_prefix(size == 0 ? 1 : size);
    }
    return out;
}

std::optional<std::uint32_t> max_inputs_in(std::string_view message) {
    const std::string own = lower_case_own_words(message);
    const std::size_t stem = own.find("maximum number of inputs");
    if (stem == std::string::npos) return {};
    // "is N" right behind the stem is the wording that HubSpot uses; other numbers may stand before
    // it.
    for (std::size_t is = own.find(" is ", stem); is != std::string::npos;
         is = own.find(" is ", is + 1)) {
        if (is + 4 < own.size() && is_digit(own[is + 4])) return cap_at(own, is + 4);
    }
    // Any other wording: the first number that stands by itself.
    for (std::size_t i = stem; i < own.size(); ++i) {
        if (is_digit(own[i]) && !is_word(own[i - 1]) && own[i - 1] != '-') return cap_at(own, i);
    }
    return {};
}

bool tells_duplicate_ids(std::string_view message) {
    return lower_case_own_words(message).find("duplicate id") != std::string::npos;
}

std::vector<std::string_view> quoted_words(std::string_view message) {
    constexpr std::string_view delimiters = " \t\r\n\"'`[],";
    std::vector<std::string_view> words;
    bool in_list = false;
    char before = 0; // the delimiter before the word, blanks left out
    for (std::size_t i = 0; i < message.size();) {
        const char c = message[i];
        // Between words; a bracket opens or closes a list.
        if (is_one_of(c, delimiters)) {
            if (c == '[' || c == ']') in_list = c == '[';
            if (!is_one_of(c, blanks)) before = c;
            ++i;
            continue;
        }
        const std::size_t end = std::min(message.find_first_of(delimiters, i), message.size());
        // What follows the word, past blanks, tells whether it is listed.
        const std::size_t next = message.find_first_not_of(blanks, end);
        const char after = next == std::string_view::npos ? '\0' : message[next];
        // Quoted means the same sign on both sides: it's is no quote.
        const bool quoted = i > 0 && end < message.size() && is_one_of(message[end], quotes) &&
                            message[i - 1] == message[end];
        const bool listed = in_list && is_one_of(before, "[,") && is_one_of(after, ",]");
        if (quoted || listed) words.push_back(message.substr(i, end - i));
        before = 0;
        i = end;
    }
    return words;
}

} // namespace hubspool
