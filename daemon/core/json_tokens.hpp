// A JSON text as simdjson's first stage sees it: where tokens begin.
//
// simdjson works in two stages: the first finds where tokens begin and strings end, and checks
// their bytes; the second builds a tree, into which it copies all texts, and checks the grammar.
// Whoever goes through the tokens himself saves the second, and has to check the grammar. Only
// texts without a backslash: what may follow one is checked by the second stage alone.
//
// All is inlined by force where it is called: else a record takes a quarter longer. Pure.
#pragma once

#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <new>
#include <string_view>

namespace hubspool {

enum class token_kind : std::uint8_t { text, integer, boolean, null };

struct json_token {
    token_kind kind = token_kind::null;
    std::string_view json; // as it stands in the text

    std::string_view inside() const { return json.substr(1, json.size() - 2); } // of a text
};

// Numbers that are the same with the very digits they came with, whoever reads them. -0 is none: in
// a tree it becomes 0.
inline bool is_plain_integer(std::string_view json) {
    constexpr std::size_t digits_max = 18;
    const bool negative = json.front() == '-';
    if (negative) json.remove_prefix(1);
    if (json.empty() || json.size() > digits_max) return false;
    if (json.front() == '0' && (negative || json.size() > 1)) return false;
    return std::all_of(json.begin(), json.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// A token is where the first stage says that it begins, and nothing but white space stands between
// its end and the next one. The last token is a closing brace: so there is one more behind whatever
// else was found.
class json_tokens {
public:
    // False: it is broken, or no object, or has a backslash. Else the parser holds the tokens of
    // that text until it is used again. Nothing behind the text is looked at.
    static bool find(simdjson::dom::parser& parser, std::string_view text) {
        // And simdjson's slowest kernel looks behind a text that ends in the middle of a character.
        if (!text.ends_with('}') || text.find('\\') != std::string_view::npos) return false;
        if (parser.capacity() < text.size() &&
            parser.allocate(std::max(2 * parser.capacity(), text.size())) != simdjson::SUCCESS)
            throw std::bad_alloc();
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
        return parser.implementation->stage1(bytes, text.size(), simdjson::stage1_mode::regular) ==
               simdjson::SUCCESS;
    }

    json_tokens(const simdjson::dom::parser& parser, std::string_view text)
        : text_(text.data()), next_(parser.implementation->structural_indexes.get()),
          end_(next_ + parser.implementation->n_structural_indexes) {}

    bool is_at_end() const { return next_ == end_; }
    std::size_t left() const { return static_cast<std::size_t>(end_ - next_); }
    // The character that the next token begins with; not at the end, where only a closing brace can
    // have led.
    char head() const { return text_[*next_]; }
    char take() { return text_[*next_++]; }

    // A name and its colon. False when something stands between them.
    [[gnu::always_inline]] bool take_name(std::string_view& name) {
        if (head() != '"') return false;
        const char* const begin = text_ + next_[0] + 1;
        const char* const colon = text_ + next_[1];
        if (*colon != ':' || colon[-1] != '"') return false;
        name = {begin, static_cast<std::size_t>(colon - 1 - begin)};
        next_ += 2;
        return true;
    }

    // False for a fraction, a large number, and what begins an object or list.
    [[gnu::always_inline]] bool take_scalar(json_token& t) {
        const char* const begin = text_ + next_[0];
        const char* end = text_ + next_[1];
        while (is_space(end[-1])) --end;
        t.json = {begin, static_cast<std::size_t>(end - begin)};
        ++next_;
        switch (*begin) {
        case '"': t.kind = token_kind::text; return end[-1] == '"';
        case 't': t.kind = token_kind::boolean; return t.json == "true";
        case 'f': t.kind = token_kind::boolean; return t.json == "false";
        case 'n': t.kind = token_kind::null; return t.json == "null";
        default: t.kind = token_kind::integer; return is_plain_integer(t.json);
        }
    }

private:
    static constexpr bool is_space(char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n';
    }

    const char* text_;
    const std::uint32_t* next_;
    const std::uint32_t* end_;
};

} // namespace hubspool
