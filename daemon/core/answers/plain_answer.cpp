#include "core/answers/plain_answer.hpp"

#include "core/answers/answer_text.hpp"
#include "core/json/json_tokens.hpp"
#include "core/records/object_id.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace hubspool {

namespace {

// Of a key that must not stand twice in an object.
bool comes_again(bool& seen) {
    return std::exchange(seen, true);
}

// What only answers that are to be looked at more closely have.
bool tells_more(std::string_view key) {
    static constexpr std::array<std::string_view, 7> keys = {
        "errors",     "validationResults", "message", "category",
        "policyName", "correlationId",     "context"};
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// Each step is false as soon as something is not plain.
class answer_reader {
    static constexpr std::size_t usual_results = 100; // of a full batch

public:
    answer_reader(json_tokens tokens, answer_body& body) : tokens_(tokens), body_(body) {}

    bool read() {
        // Both lists are reserved for a full batch: nothing grows while it is read.
        body_.is_json_object = true;
        body_.results.reserve(usual_results);
        body_.echoes.reserve(4 * usual_results);
        bool has_status = false;
        bool has_results = false;
        const bool is_plain = take_object([&](std::string_view key) {
            if (key == "status") return !comes_again(has_status) && take_status();
            if (key == "results") return !comes_again(has_results) && take_results();
            // A key that tells of an error ends the short way; any other value need only be
            // well-formed.
            return !tells_more(key) && take_any(0);
        });
        // Behind the object nothing may stand.
        return is_plain && tokens_.is_at_end();
    }

private:
    // `take` takes the value of each member.
    template <class Take>
    bool take_object(Take take) {
        if (tokens_.take() != '{') return false;
        if (tokens_.head() == '}') return tokens_.take() == '}';
        while (true) {
            std::string_view key;
            // Every `take` may end the text, so the end is asked for before each further token.
            if (!tokens_.take_name(key) || !take(key) || tokens_.is_at_end()) return false;
            const char after = tokens_.take();
            if (after == '}') return true;
            if (after != ',') return false;
        }
    }

    template <class Take>
    bool take_list(Take take) {
        if (tokens_.take() != '[') return false;
        if (tokens_.head() == ']') return tokens_.take() == ']';
        while (true) {
            if (!take() || tokens_.is_at_end()) return false;
            const char after = tokens_.take();
            if (after == ']') return true;
            if (after != ',') return false;
        }
    }

    // A value of which nothing is wanted but that it is well-formed.
    bool take_any(int depth) {
        // Nested deeper than any known answer: the tree has a bound of its own.
        constexpr int levels_max = 8;
        if (depth == levels_max) return false;
        if (tokens_.head() == '{')
            return take_object([&](std::string_view) { return take_any(depth + 1); });
        if (tokens_.head() == '[') return take_list([&] { return take_any(depth + 1); });
        json_token ignored;
        return tokens_.take_scalar(ignored);
    }

    bool take_text(std::string_view& text) {
        json_token t;
        if (!tokens_.take_scalar(t) || t.kind != token_kind::text) return false;
        text = t.inside();
        return true;
    }

    bool take_status() {
        std::string_view status;
        if (!take_text(status)) return false;
        body_.status = clean_text(status, name_bytes_max);
        return true;
    }

    bool take_results() {
        return take_list([&] {
            answer_result result;
            bool has_id = false;
            bool has_properties = false;
            const bool is_plain = take_object([&](std::string_view key) {
                if (key == "objectId") return !comes_again(has_id) && take_id(result);
                if (key == "customProperties")
                    return !comes_again(has_properties) && take_properties(result);
                return take_any(0);
            });
            // A result without an id attributes nothing; what that means the tree says.
            if (!is_plain || result.object_id.empty()) return false;
            body_.results.push_back(result);
            // The bound of the tree's way holds here, too.
            return body_.results.size() < answer_list_max;
        });
    }

    bool take_id(answer_result& result) {
        if (!take_text(result.object_id)) return false;
        result.object_id = canonical_object_id(result.object_id);
        return true;
    }

    bool take_properties(answer_result& result) {
        result.echo_begin = body_.echoes.size();
        const bool is_plain = take_list([&] {
            // Of each property only the name is kept: that it came back is what is asked.
            std::string_view name;
            bool has_name = false;
            const bool is_property = take_object([&](std::string_view key) {
                if (key == "name") return !comes_again(has_name) && take_text(name);
                return take_any(0);
            });
            if (!is_property || name.empty()) return false;
            body_.echoes.push_back(name);
            return body_.echoes.size() - result.echo_begin < answer_list_max;
        });
        result.echo_count = body_.echoes.size() - result.echo_begin;
        return is_plain;
    }

    json_tokens tokens_;
    answer_body& body_;
};

} // namespace

bool read_plain_answer(simdjson::dom::parser& parser, std::string_view text, answer_body& body) {
    if (!json_tokens::find(parser, text)) return false;
    // Read into a body of its own: one that turns out not to be plain leaves no trace.
    answer_body read;
    if (!answer_reader({parser, text}, read).read()) return false;
    read.document = std::move(body.document);
    body = std::move(read);
    return true;
}

} // namespace hubspool
