#include "core/json/json_fault.hpp"

#include "core/json/json_number.hpp"
#include "core/json/json_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace hubspool {

namespace {

constexpr std::size_t depth_max = 1024;
constexpr std::size_t word_bytes_max = 40;

// Bytes of the UTF-8 character that `text` begins with; 0 when it is none.
std::size_t character_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return 1;
    const std::size_t size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < size) return 0;
    for (std::size_t i = 1; i < size; ++i)
        if ((byte(i) & 0xc0) != 0x80) return 0;
    const unsigned char second = byte(1);
    const bool is_out_of_range =
        (first == 0xe0 && second < 0xa0) || (first == 0xed && second > 0x9f) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second > 0x8f);
    return is_out_of_range ? 0 : size;
}

// What JSON has for a word of another language: Python, JavaScript, a data frame.
std::string_view instead_of(std::string_view word) {
    struct pair {
        std::string_view word, json;
    };
    static constexpr std::array<pair, 18> others = {{{"NaN", "null"},
                                                     {"nan", "null"},
                                                     {"NAN", "null"},
                                                     {"Infinity", "null"},
                                                     {"-Infinity", "null"},
                                                     {"inf", "null"},
                                                     {"-inf", "null"},
                                                     {"None", "null"},
                                                     {"nil", "null"},
                                                     {"NULL", "null"},
                                                     {"Null", "null"},
                                                     {"NaT", "null"},
                                                     {"<NA>", "null"},
                                                     {"undefined", "null"},
                                                     {"True", "true"},
                                                     {"TRUE", "true"},
                                                     {"False", "false"},
                                                     {"FALSE", "false"}}};
    const auto found = std::find_if(others.begin(), others.end(),
                                    [&](const pair& other) { return other.word == word; });
    return found == others.end() ? std::string_view() : found->json;
}

class fault_finder {
public:
    explicit fault_finder(std::string_view text) : text_(text) {}

    // Each gives what is wrong, or nothing and has moved on.
    std::string find() {
        // The outermost value is read first; then members and elements, one a step, so that deep
        // nesting costs no stack.
        if (auto fault = value(); !fault.empty()) return fault;
        while (!open_.empty()) {
            if (auto fault = step(); !fault.empty()) return fault;
        }
        skip_space();
        return at_ == text_.size() ? "" : fmt::format("{} follows its end", here());
    }

private:
    std::string step() {
        skip_space();
        if (at_ == text_.size())
            return fmt::format("it ends before the {} that closes it", closing());
        const char c = text_[at_];
        if (c == '}' || c == ']') return close(c);
        // Between members stands a comma. A look behind it tells a comma too many from a missing
        // member.
        if (!is_first_) {
            if (c != ',') return not_here("a comma is missing before");
            ++at_;
            skip_space();
            if (at_ < text_.size() && (text_[at_] == '}' || text_[at_] == ']'))
                return fmt::format("a comma too many stands before the {}", here());
        }
        return open_.back() == '{' ? member() : value();
    }

    std::string member() {
        skip_space();
        if (at_ == text_.size())
            return fmt::format("it ends before the {} that closes it", closing());
        if (text_[at_] != '"') {
            // A key in single quotes or a comment gets its own words; only then is it a key without
            // quotes.
            auto fault = foreign();
            if (!fault.empty()) return fault;
            const std::string_view word = word_here();
            return word.empty() ? fmt::format("a key is missing before the {}", here())
                                : fmt::format("the key {} has no double quotes", here());
        }
        if (auto fault = text(); !fault.empty()) return fault;
        skip_space();
        if (at_ == text_.size() || text_[at_] != ':') return not_here("a colon is missing before");
        ++at_;
        return value();
    }

    std::string value() {
        skip_space();
        if (at_ == text_.size()) return open_.empty() ? "it is empty" : "it ends before a value";
        const char c = text_[at_];
        is_first_ = false;
        if (c == '"') return text();
        // A bracket is only noted: step() goes on inside it.
        if (c == '{' || c == '[') {
            // The parser's own limit. What lies deeper is refused by it with other words.
            if (open_.size() == depth_max) return "it is nested more than 1,024 levels deep";
            open_.push_back(c);
            is_first_ = true;
            ++at_;
            return {};
        }
        if (auto fault = foreign(); !fault.empty()) return fault;
        const std::string_view word = word_here();
        if (word.empty()) return fmt::format("a value is missing before the {}", here());
        if (word == "true" || word == "false" || word == "null" || is_json_number(word)) {
            at_ += word.size();
            return {};
        }
        // The word is of another language: say what JSON has in its place.
        if (const std::string_view json = instead_of(word); !json.empty())
            return fmt::format("{} is no JSON value; write {}", here(), json);
        const bool is_number = is_digit(c) || c == '-' || c == '+' || c == '.';
        return fmt::format("{} is no JSON {}", here(), is_number ? "number" : "value");
    }

    // What other languages have and JSON has not.
    std::string foreign() const {
        // These are looked for first, since a plain "value missing" would not tell a person what to
        // change.
        const std::string_view rest = text_.substr(at_);
        if (rest.starts_with('\''))
            return fmt::format("a single quote stands at {}; JSON has double quotes", place());
        if (rest.starts_with("//") || rest.starts_with("/*") || rest.starts_with('#'))
            return fmt::format("a comment stands at {}; JSON has none", place());
        if (rest.starts_with("\xe2\x80\x9c") || rest.starts_with("\xe2\x80\x9d"))
            return fmt::format("a typographic quote stands at {}; JSON has \"", place());
        return {};
    }

    std::string not_here(std::string_view what) const {
        if (auto fault = foreign(); !fault.empty()) return fault;
        return at_ == text_.size() ? fmt::format("it ends before the {} that closes it", closing())
                                   : fmt::format("{} the {}", what, here());
    }

    std::string close(char c) {
        if (c != closing()) return fmt::format("{} closes a {}", here(), open_.back());
        open_.pop_back();
        is_first_ = false;
        ++at_;
        return {};
    }

    std::string text() {
        const std::size_t begin = at_++;
        while (at_ < text_.size() && text_[at_] != '"') {
            const auto byte = static_cast<unsigned char>(text_[at_]);
            // RFC 8259 section 7: control characters below U+0020 stand in a string by an escape
            // only.
            if (byte < 0x20)
                return fmt::format("a control character (0x{:02x}) stands in a string at {}; it "
                                   "must be escaped",
                                   byte, place());
            if (byte == '\\') {
                if (const std::size_t size = escape_bytes(); size > 0) {
                    at_ += size;
                    continue;
                }
                return fmt::format("a wrong escape sequence stands in a string at {}", place());
            }
            // A whole character at a time: a broken one must be found here, where its column can be
            // told.
            const std::size_t size = character_bytes(text_.substr(at_));
            if (size == 0) return no_utf8();
            at_ += size;
        }
        // The opening quote is the place to show: where the string should have ended nobody knows.
        if (at_ == text_.size()) {
            at_ = begin;
            return fmt::format("the string at {} is not closed", place());
        }
        ++at_;
        return {};
    }

    std::string no_utf8() const { return fmt::format("it is not valid UTF-8 at {}", place()); }

    std::size_t escape_bytes() const {
        // A backslash, `u` and four hex digits.
        constexpr std::size_t unicode_bytes = 6;
        if (at_ + 1 == text_.size()) return 0;
        const char c = text_[at_ + 1];
        if (c != 'u')
            return std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos ? 0 : 2;
        if (at_ + unicode_bytes > text_.size()) return 0;
        const std::string_view digits = text_.substr(at_ + 2, 4);
        return digits.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos
                   ? unicode_bytes
                   : 0;
    }

    void skip_space() {
        while (at_ < text_.size() && is_json_space(text_[at_])) ++at_;
    }
    char closing() const { return open_.back() == '{' ? '}' : ']'; }

    std::string_view word_here() const {
        const std::string_view rest = text_.substr(at_);
        return rest.substr(0, rest.find_first_of(" \t\r\n,:\"{}[]'"));
    }

    // The word or sign at hand, and where it stands.
    std::string here() const {
        std::string_view word = word_here();
        // A sign such as `]` is no word, but it is what must be shown.
        if (word.empty()) word = text_.substr(at_, 1);
        std::string shown;
        while (!word.empty() && shown.size() < word_bytes_max) {
            const std::size_t size = character_bytes(word);
            // Control characters and broken bytes would spoil the line on which this is shown.
            const bool is_shown = size > 0 && static_cast<unsigned char>(word[0]) >= 0x20;
            shown.append(is_shown ? word.substr(0, size) : "?");
            word.remove_prefix(std::max<std::size_t>(size, 1));
        }
        return fmt::format("{}{} at {}", shown, word.empty() ? "" : "...", place());
    }

    std::string place() const {
        const std::string_view before = text_.substr(0, at_);
        const auto lines = std::count(before.begin(), before.end(), '\n');
        const std::string_view line = lines == 0 ? before : before.substr(before.rfind('\n') + 1);
        // Columns are characters, so bytes that continue one are not counted.
        const auto column =
            1 + std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; });
        return lines == 0 ? fmt::format("column {}", column)
                          : fmt::format("column {} of its line {}", column, lines + 1);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string open_;      // the brackets that are open
    bool is_first_ = false; // no member or element was met in the innermost
};

} // namespace

std::string json_fault(std::string_view text) {
    return fault_finder(text).find();
}

} // namespace hubspool
