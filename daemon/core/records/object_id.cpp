#include "core/records/object_id.hpp"

#include "core/json/json_number.hpp"
#include "core/words/edit_distance.hpp"
#include "core/words/short_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace hubspool {

namespace {

// Each of its bytes is a printing character of ASCII: so it is with nearly all ids, which are
// looked at eight bytes at a time.
bool is_plain(std::string_view text) {
    constexpr std::uint64_t each = 0x0101010101010101, top = each * 0x80;
    const auto plain = [](std::uint64_t word) {
        // Taking 0x21 from each byte clears its top bit where the byte was a space or below.
        const std::uint64_t above_space = (word | top) - each * 0x21; // keeps its top bit if so
        const std::uint64_t delete_sign = (word ^ each * 0x7f) + each * 0x7f;
        return (word & top) == 0 && (above_space & delete_sign & top) == top;
    };
    // What is left is looked at in one step as well, when it is at least half a word.
    for (; text.size() >= 8; text.remove_prefix(8))
        if (!plain(word_at<std::uint64_t>(text.data()))) return false;
    if (text.size() >= 4) return plain(last_word(text));
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), is_digit);
}

std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

constexpr std::size_t literal_bytes_max = 16;

bool stands_for_no_value(std::string_view text) {
    static constexpr std::array<std::string_view, 22> words = {
        "null",  "none",    "nil",    "nan",   "nat",     "n/a",      "na",        "undefined",
        "<na>",  "(null)",  "\\n",    "inf",   "-inf",    "infinity", "-infinity", "#n/a",
        "#ref!", "#value!", "#name?", "#num!", "#div/0!", "#null!"};
    constexpr std::string_view first_letters = "nNiIuU<(\\-#";
    // Nearly all ids are digits: the first letter ends the question for them.
    if (text.empty() || text.size() > literal_bytes_max) return false;
    if (first_letters.find(text.front()) == std::string_view::npos) return false;
    return std::find(words.begin(), words.end(), lower_case(text)) != words.end();
}

void skip_digits(std::string_view& text) {
    while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
}

// "1.23457E+11", "1000.0", "-5", "+5", "1e+05"; but not "1e5", which may be letters and digits.
bool is_rewritten_number(std::string_view text) {
    const bool has_sign = text.starts_with('-') || text.starts_with('+');
    if (has_sign) text.remove_prefix(1);
    // Without digits before the point it is no number that a program writes.
    std::size_t size = text.size();
    skip_digits(text);
    if (text.size() == size) return false;
    const bool has_point = text.starts_with('.') || text.starts_with(',');
    if (has_point) text.remove_prefix(1);
    skip_digits(text);
    // "-5" and "1000.0" were numbers somewhere; "1000" alone is an id.
    if (text.empty()) return has_sign || has_point;
    if (text.front() != 'e' && text.front() != 'E') return false;
    text.remove_prefix(1);
    const bool exponent_has_sign = text.starts_with('-') || text.starts_with('+');
    if (exponent_has_sign) text.remove_prefix(1);
    size = text.size();
    skip_digits(text);
    // "1e5" may be letters and digits. A sign or a point beside it shows that a program wrote a
    // number.
    return text.empty() && size > 0 && (has_sign || has_point || exponent_has_sign);
}

// "1,234,567", "1.234.567", "1'234'567".
bool has_groups_of_three(std::string_view text) {
    constexpr std::size_t group = 4;
    std::size_t first = 0;
    while (first < text.size() && is_digit(text[first])) ++first;
    // One to three digits come before the first separator, and something must follow.
    if (first == 0 || first >= group || first == text.size()) return false;
    const char separator = text[first];
    if (separator != ',' && separator != '.' && separator != '\'') return false;
    // Then groups of a separator and three digits, all with the same separator, up to the end.
    for (text.remove_prefix(first); !text.empty(); text.remove_prefix(group)) {
        if (text.size() < group || text[0] != separator || !all_digits(text.substr(1, 3)))
            return false;
    }
    return true;
}

} // namespace

std::string_view canonical_object_id(std::string_view id) {
    if (id.empty() || !all_digits(id)) return id;
    // Of zeros alone one stays: "000" is the id "0".
    const std::size_t first = id.find_first_not_of('0');
    return id.substr(first == std::string_view::npos ? id.size() - 1 : first);
}

bool has_white_space(std::string_view text) {
    constexpr std::string_view wide[] = {"\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80",
                                         "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
                                         "\xe2\x81\x9f", "\xe3\x80\x80", "\xef\xbb\xbf"};
    // Most texts are plain: only others are searched for the wide spaces.
    if (is_plain(text)) return false;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= ' ' || byte == 0x7f) return true;
    }
    for (const std::string_view space : wide) {
        if (text.find(space) != std::string_view::npos) return true;
    }
    for (std::size_t at = 0; (at = text.find("\xe2\x80", at)) != std::string_view::npos; ++at) {
        // U+2000 to U+200B: the spaces of printers.
        if (at + 2 < text.size() && static_cast<unsigned char>(text[at + 2]) <= 0x8b) return true;
    }
    return false;
}

std::string why_no_object_id(std::string_view text) {
    // Each mistake has words of its own, since each has another remedy.
    if (stands_for_no_value(text)) return "stands for no value";
    if (text.find("\xef\xbf\xbd") != std::string_view::npos)
        return "was damaged on its way: U+FFFD stands where a character was lost";
    if (has_groups_of_three(text) || is_rewritten_number(text))
        return "is a number that was rewritten on its way, by a spreadsheet or a data frame: "
               "export the column as text or as integers";
    return {};
}

bool is_usual_object_id(std::string_view text) {
    if (text.empty() || has_white_space(text)) return false;
    // Digits need no further look: neither a word nor a rewritten number is all digits.
    return all_digits(text) || why_no_object_id(text).empty();
}

bool resembles_object_id(std::string_view key) {
    constexpr std::size_t key_bytes_max = 24;
    static constexpr std::array<std::string_view, 5> others = {"id", "eventid", "recordid",
                                                               "hsobjectid", "objid"};
    if (key.size() > key_bytes_max) return false;
    std::string letters = lower_case(key);
    // object_id, OBJECT-ID and objectId differ in signs and case only.
    std::erase_if(letters, [](char c) { return (c < 'a' || c > 'z') && !is_digit(c); });
    return std::find(others.begin(), others.end(), letters) != others.end() ||
           edit_distance(letters, "objectid") <= 1;
}

} // namespace hubspool
