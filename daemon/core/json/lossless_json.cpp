#include "core/json/lossless_json.hpp"

#include "core/json/json_number.hpp"

#include <array>
#include <charconv>
#include <new>
#include <optional>

namespace hubspool {

namespace {

constexpr std::string_view replacement = "\\ufffd";

constexpr auto ends_token = [] {
    std::array<bool, 256> ends{};
    for (const char c : {' ', '\t', '\r', '\n', ',', ':', '"', '{', '}', '[', ']'})
        ends[static_cast<unsigned char>(c)] = true;
    return ends;
}();

std::size_t end_of_token(std::string_view text, std::size_t at) {
    while (at < text.size() && !ends_token[static_cast<unsigned char>(text[at])]) ++at;
    return at;
}

// Of the escape \uXXXX at `at`, if one stands there.
std::optional<std::uint32_t> code_unit(std::string_view text, std::size_t at) {
    constexpr std::size_t size = 6;
    if (at + size > text.size() || text[at] != '\\' || text[at + 1] != 'u') return std::nullopt;
    std::uint32_t unit = 0;
    const char* const end = text.data() + at + size;
    const auto [stop, error] = std::from_chars(text.data() + at + 2, end, unit, 16);
    if (error != std::errc() || stop != end) return std::nullopt;
    return unit;
}

bool is_high(std::uint32_t unit) {
    return unit >= 0xd800 && unit < 0xdc00;
}

bool is_low(std::uint32_t unit) {
    return unit >= 0xdc00 && unit < 0xe000;
}

} // namespace

simdjson::error_code lossless_json::parse(std::string_view text, simdjson::dom::element& root) {
    if (!copy(text)) return simdjson::NUMBER_ERROR;
    const std::size_t size = copy_.size();
    // simdjson reads up to SIMDJSON_PADDING bytes behind the text; they must be ours.
    copy_.append(simdjson::SIMDJSON_PADDING, ' ');
    // `false`: the copy is padded already, so simdjson need not make another one.
    const auto error = parser_.parse(copy_.data(), size, false).get(root);
    if (error == simdjson::MEMALLOC) throw std::bad_alloc();
    return error;
}

void lossless_json::copy_until(std::string_view text, std::size_t end) {
    copy_.append(text, copied_, end - copied_);
    copied_ = end;
}

// False when a number is none: what takes its place would hide that.
bool lossless_json::copy(std::string_view text) {
    copy_.clear();
    numbers_.clear();
    copied_ = 0;
    has_escapes_ = false;
    lone_surrogates_ = 0;
    std::size_t at = 0;
    // A string may hold signs that look like numbers or brackets, so it is passed as a whole.
    while (at < text.size()) {
        const char c = text[at];
        if (c == '"') {
            at = copy_string(text, at);
        } else if (ends_token[static_cast<unsigned char>(c)]) {
            ++at;
        } else if (c == '-' || is_digit(c)) {
            const std::size_t end = end_of_token(text, at);
            const std::string_view number = text.substr(at, end - at);
            if (!is_json_number(number)) return false;
            // What stands before the number is copied in one piece; then its place in the list
            // takes its stead.
            copy_until(text, at);
            std::array<char, 24> place{};
            const auto written =
                std::to_chars(place.data(), place.data() + place.size(), numbers_.size());
            copy_.append(place.data(), written.ptr);
            numbers_.push_back(number);
            copied_ = at = end;
        } else {
            // true, false, null, or a word that the parser will refuse.
            at = end_of_token(text, at);
        }
    }
    copy_until(text, text.size());
    return true;
}

// Gives the place behind the string that begins at `at`.
std::size_t lossless_json::copy_string(std::string_view text, std::size_t at) {
    for (++at; (at = text.find_first_of("\"\\", at)) != std::string_view::npos;) {
        // The closing quote; all before it was either plain or an escape that was passed.
        if (text[at] == '"') return at + 1;
        has_escapes_ = true;
        const auto unit = code_unit(text, at);
        // An escape of two characters; the second may be a quote or a backslash, so both are passed
        // together.
        if (!unit) {
            at += 2;
        } else if (is_high(*unit) && is_low(code_unit(text, at + 6).value_or(0))) {
            // A high surrogate with its low one is one character of 12 bytes, and stays.
            at += 12;
        } else {
            // RFC 8259 section 8.2 leaves it open what a lone surrogate means; simdjson refuses it.
            if (is_high(*unit) || is_low(*unit)) {
                ++lone_surrogates_;
                copy_until(text, at);
                copy_.append(replacement);
                copied_ = at + 6;
            }
            at += 6;
        }
    }
    return text.size();
}

} // namespace hubspool
