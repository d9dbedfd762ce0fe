// A JSON text as simdjson's first stage sees it: where tokens begin.
//
// simdjson works in two stages: the first finds where tokens begin and strings end, and checks
// their bytes; the second builds a tree, into which it copies all texts, and checks the grammar.
// Whoever goes through the tokens himself saves the second, and has to check the grammar. Only
// texts without a backslash: what may follow one is checked by the second stage alone.
//
// The first stage is no part of simdjson's interface: it is reached by a member that simdjson calls
// private. So that member is looked at when this is compiled (knows_first_stage). In versions that
// were not tried, or with the CMake option HUBSPOOL_SIMDJSON_STAGE1 off, nothing is found here and
// all is left to the tree. Remove this when On-Demand chooses its kernel at run time.
//
// All is inlined by force where it is called: else a record takes a quarter longer. Pure.
#pragma once

#include "core/json/json_number.hpp"
#include "core/json/json_space.hpp"

#include <simdjson.h>

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <new>
#include <string_view>

#ifndef HUBSPOOL_SIMDJSON_STAGE1
#define HUBSPOOL_SIMDJSON_STAGE1 1
#endif

namespace hubspool {

enum class token_kind : std::uint8_t {
    text,
    integer, // of at most 18 digits
    number,  // any other
    boolean,
    null
};

struct json_token {
    token_kind kind = token_kind::null;
    std::string_view json; // as it stands in the text

    std::string_view inside() const { return json.substr(1, json.size() - 2); } // of a text
};

// A number of usual size, and no -0.
inline bool is_plain_integer(std::string_view json) {
    constexpr std::size_t digits_max = 18;
    const bool negative = json.front() == '-';
    if (negative) json.remove_prefix(1);
    if (json.empty() || json.size() > digits_max) return false;
    if (json.front() == '0' && (negative || json.size() > 1)) return false;
    return std::all_of(json.begin(), json.end(), is_digit);
}

template <class Parser>
concept knows_first_stage = requires(Parser& parser, const std::uint8_t* text, std::size_t size) {
    {
        parser.implementation->stage1(text, size, simdjson::stage1_mode::regular)
    } -> std::same_as<simdjson::error_code>;
    { parser.implementation->structural_indexes.get() } -> std::same_as<std::uint32_t*>;
    { parser.implementation->n_structural_indexes } -> std::same_as<std::uint32_t&>;
};

// What is asked of a parser's first stage; of one that is not known nothing is ever found.
template <class Parser>
struct first_stage {
    static constexpr bool is_known = false;
    static bool find(Parser&, std::string_view) { return false; }
    static const std::uint32_t* begin(const Parser&) { return nullptr; }
    static const std::uint32_t* end(const Parser&) { return nullptr; }
};
template <class Parser>
requires((HUBSPOOL_SIMDJSON_STAGE1 != 0) && simdjson::SIMDJSON_VERSION_MAJOR == 3 &&
         knows_first_stage<Parser>)
struct first_stage<Parser> {
    static constexpr bool is_known = true;
    static bool find(Parser& parser, std::string_view text) {
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
        return parser.implementation->stage1(bytes, text.size(), simdjson::stage1_mode::regular) ==
               simdjson::SUCCESS;
    }
    static const std::uint32_t* begin(const Parser& parser) {
        return parser.implementation->structural_indexes.get();
    }
    static const std::uint32_t* end(const Parser& parser) {
        return begin(parser) + parser.implementation->n_structural_indexes;
    }
};

// A token is where the first stage says that it begins, and nothing but white space stands between
// its end and the next one. The last token is a closing brace: so there is one more behind whatever
// else was found.
class json_tokens {
    using stage = first_stage<simdjson::dom::parser>;

public:
    static constexpr bool are_known = stage::is_known;

    // False: it is broken, or no object, or has a backslash. Else the parser holds the tokens of
    // that text until it is used again. Nothing behind the text is looked at.
    static bool find(simdjson::dom::parser& parser, std::string_view text) {
        // And simdjson's slowest kernel looks behind a text that ends in the middle of a character.
        if (!are_known || !text.ends_with('}') || text.find('\\') != std::string_view::npos)
            return false;
        if (parser.capacity() < text.size() &&
            parser.allocate(std::max(2 * parser.capacity(), text.size())) != simdjson::SUCCESS)
            throw std::bad_alloc();
        return stage::find(parser, text);
    }

    json_tokens(const simdjson::dom::parser& parser, std::string_view text)
        : text_(text.data()), next_(stage::begin(parser)), end_(stage::end(parser)) {}

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

    // False for what is none, also for what begins an object or list.
    [[gnu::always_inline]] bool take_scalar(json_token& t) {
        const char* const begin = text_ + next_[0];
        const char* end = text_ + next_[1];
        while (is_json_space(end[-1])) --end;
        t.json = {begin, static_cast<std::size_t>(end - begin)};
        ++next_;
        switch (*begin) {
        case '"': t.kind = token_kind::text; return end[-1] == '"';
        case 't': t.kind = token_kind::boolean; return t.json == "true";
        case 'f': t.kind = token_kind::boolean; return t.json == "false";
        case 'n': t.kind = token_kind::null; return t.json == "null";
        default:
            t.kind = is_plain_integer(t.json) ? token_kind::integer : token_kind::number;
            return t.kind == token_kind::integer || is_json_number(t.json);
        }
    }

private:
    const char* text_;
    const std::uint32_t* next_;
    const std::uint32_t* end_;
};

} // namespace hubspool
