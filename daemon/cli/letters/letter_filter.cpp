#include "cli/letters/letter_filter.hpp"

#include "core/records/object_id.hpp"
#include "core/words/printable.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace hubspool {

namespace {

bool same_letter(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
}

bool same_words(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter);
}

bool has_words(std::string_view text, std::string_view words) {
    // In an empty text std::search() finds nothing at its end, which is where it begins.
    return words.empty() || std::search(text.begin(), text.end(), words.begin(), words.end(),
                                        same_letter) != text.end();
}

bool take_number(const char*& at, const char* end, std::uint64_t& number) {
    const auto [stop, ec] = std::from_chars(at, end, number);
    at = stop;
    return ec == std::errc();
}

} // namespace

bool letter_filter::empty() const {
    return category.empty() && reason.empty() && object_id.empty() && file.empty() && !since &&
           !until && !held;
}

bool letter_filter::matches(const kept_dead_letter& kept, const file_names& names) const {
    const dead_letter& letter = kept.letter;
    // The cheap questions first: all letters are asked.
    if (held && !kept.held) return false;
    if (since && kept.died < *since) return false;
    if (until && kept.died >= *until) return false;
    if (!category.empty() && !same_words(letter.category, category)) return false;
    if (!object_id.empty() && letter.object_id != canonical_object_id(object_id)) return false;
    if (!has_words(letter.category, reason) && !has_words(letter.reason, reason)) return false;
    if (file.empty()) return true;
    const bool is_escaped = file.find('\\') != std::string::npos;
    // Of a merged change any record may have come from the file.
    return std::any_of(letter.records.begin(), letter.records.end(), [&](const auto& record) {
        const std::string name = name_of(record.file, names);
        // As it is, or as `list` prints one that would steer the terminal.
        return std::to_string(record.file) == file || name == file ||
               (!name.empty() && is_escaped && printable(name) == file);
    });
}

std::string id_of(const dead_letter& letter) {
    return id_text(letter.at);
}

std::string id_text(const arrival& at) {
    return fmt::format("{}:{}", at.file, at.place);
}

std::optional<arrival> parse_letter_id(std::string_view text) {
    arrival at;
    const char* next = text.data();
    const char* const end = next + text.size();
    if (!take_number(next, end, at.file) || next == end || *next != ':') return std::nullopt;
    ++next;
    if (!take_number(next, end, at.place) || next != end) return std::nullopt;
    return at;
}

std::string name_of(std::uint64_t file, const file_names& names) {
    const auto found = names.find(file);
    return found == names.end() ? std::string() : found->second;
}

std::uint64_t records_of(const dead_letter& letter) {
    std::uint64_t records = 0;
    // A range counts as many as it names.
    for (const dead_letter::origin& record : letter.records) records += record.count;
    return records;
}

} // namespace hubspool
