#include "core/answers/answer_parser.hpp"

#include "core/answers/answer_text.hpp"
#include "core/answers/plain_answer.hpp"
#include "core/json/json_number.hpp"
#include "core/json/json_text.hpp"
#include "core/json/lossless_json.hpp"
#include "core/records/object_id.hpp"

#include <simdjson.h>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <utility>

namespace hubspool {

class answer_document {
public:
    bool parse(std::string_view text, simdjson::dom::object& root) {
        simdjson::dom::element top;
        // An answer that is no object at the top has nothing that could be named.
        return json_.parse(text, top) == simdjson::SUCCESS && top.get(root) == simdjson::SUCCESS;
    }
    const lossless_json& json() const { return json_; }
    bool read_plain(std::string_view text, answer_body& body) {
        return read_plain_answer(parser_, text, body);
    }
    // Text that does not stand in the answer as it is.
    std::string_view keep(std::string text) { return made_.emplace_back(std::move(text)); }

    bool is_large() const {
        return std::max(parser_.capacity(), json_.capacity()) > kept_bytes_max;
    }
    void forget() { made_.clear(); }

private:
    static constexpr std::size_t kept_bytes_max = std::size_t{1} << 20;

    simdjson::dom::parser parser_; // of plain answers
    lossless_json json_;
    std::deque<std::string> made_;
};

namespace {
thread_local std::unique_ptr<answer_document> spare_document;
} // namespace

void give_back::operator()(answer_document* document) const {
    std::unique_ptr<answer_document> owned(document);
    // A document that was once blown up by a huge answer is not kept for the small ones.
    if (owned->is_large()) return;
    owned->forget();
    spare_document = std::move(owned);
}

namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr int nesting_max = 8; // of contexts and of errors in errors; deeper ones are not looked at

template <class Value>
std::optional<Value> get(object from, std::string_view key) {
    Value value{};
    if (from[key].get(value) != simdjson::SUCCESS) return {};
    return value;
}

// A string, or the first of a list: HubSpot's schema and its answers differ in `category`.
std::string_view text_of(object from, std::string_view key) {
    // The documented string first, then the list that was seen in answers.
    if (const auto text = get<std::string_view>(from, key)) return *text;
    std::string_view first;
    if (const auto list = get<array>(from, key)) {
        if (list->at(0).get(first) != simdjson::SUCCESS) first = {};
    }
    return first;
}

std::optional<std::string> text_or_integer(const lossless_json& json, element from) {
    std::string_view text;
    if (from.get(text) == simdjson::SUCCESS) return std::string(text);
    if (!lossless_json::is_number(from)) return {};
    // Only whole numbers from 0 on can be ids: a sign, a point or an exponent makes it something
    // else.
    const std::string_view number = json.number(from);
    if (!std::all_of(number.begin(), number.end(), is_digit)) return {};
    return std::string(number);
}

// Bounded: a hostile body must not fill the memory with names.
void keep(std::vector<std::string>& list, std::string entry) {
    if (!entry.empty() && list.size() < answer_list_max) list.push_back(std::move(entry));
}

void keep_ids(std::vector<std::string>& list, const std::vector<std::string>& words) {
    for (const std::string& word : words) keep(list, std::string(canonical_object_id(word)));
}

// Every string and integer at or below `from`.
void collect(const lossless_json& json, element from, int depth, std::vector<std::string>& out) {
    if (auto text = text_or_integer(json, from)) return keep(out, std::move(*text));
    // Contexts nest in answers that were seen; deeper ones would only cost time.
    if (depth >= nesting_max) return;
    array list;
    object map;
    if (from.get(list) == simdjson::SUCCESS) {
        for (const element each : list) collect(json, each, depth + 1, out);
    } else if (from.get(map) == simdjson::SUCCESS) {
        for (const auto& each : map) collect(json, each.value, depth + 1, out);
    }
}

// Strings and integers of `from`, or of a list of them, and nothing deeper.
void collect_flat(const lossless_json& json, element from, std::vector<std::string>& out) {
    // Ids count directly or in one list: what lies deeper may be of something else.
    collect(json, from, from.is_array() ? nesting_max - 1 : nesting_max, out);
}

std::string escaped(std::string_view name) {
    std::string out;
    append_json_escaped(out, name);
    return out;
}

void add_words(std::string& words, std::string_view more) {
    if (more.empty() || words.size() > words_bytes_max) return;
    // Inner errors often repeat the outer one's words; a person reads them once.
    if (words.find(more) != std::string::npos) return;
    if (!words.empty()) words += "; ";
    words += more;
}

class body_reader {
public:
    explicit body_reader(answer_body& body) : body_(body) {}

    void read(object root) {
        body_.is_json_object = true;
        body_.status = clean_text(text_of(root, "status"), name_bytes_max);
        body_.policy_name = clean_text(text_of(root, "policyName"), name_bytes_max);
        body_.correlation_id = clean_text(text_of(root, "correlationId"), name_bytes_max);
        if (const auto results = get<array>(root, "results")) read_results(*results);
        // The body itself is read like an error: its category and words stand at the top.
        read_error(root, {}, 0);
        body_.whole = std::move(errors_.front());
        errors_.erase(errors_.begin());
        body_.errors = std::move(errors_);
    }

private:
    const lossless_json& json() const { return body_.document->json(); }

    void read_results(array results) {
        body_.results.reserve(std::min(results.size(), answer_list_max));
        for (const element each : results) {
            object source;
            element id;
            // More results than inputs can be are not looked at.
            if (body_.results.size() == answer_list_max) return;
            if (each.get(source) != simdjson::SUCCESS) continue;
            if (source["objectId"].get(id) != simdjson::SUCCESS) continue;
            answer_result result;
            // HubSpot writes ids as strings; some gateways make numbers of them.
            if (id.get(result.object_id) != simdjson::SUCCESS) {
                auto number = text_or_integer(json(), id);
                if (!number) continue;
                result.object_id = body_.document->keep(std::move(*number));
            }
            if (result.object_id.empty()) continue;
            result.object_id = canonical_object_id(result.object_id);
            read_echo(source, result);
            body_.results.push_back(result);
        }
    }

    void read_echo(object source, answer_result& result) {
        // Without a list nothing is known about what was stored: that is no missing echo.
        const auto properties = get<array>(source, "customProperties");
        if (!properties) return;
        result.echo_begin = body_.echoes.size();
        for (const element each : *properties) {
            object property;
            // Bounded for each result, as all lists of an answer are.
            if (body_.echoes.size() - result.echo_begin == answer_list_max) break;
            if (each.get(property) != simdjson::SUCCESS) continue;
            const std::string_view name = text_of(property, "name");
            if (!name.empty()) body_.echoes.push_back(name);
        }
        result.echo_count = body_.echoes.size() - result.echo_begin;
    }

    // Appends the error, then those in it.
    void read_error(object source, std::string_view outer_category, int depth) {
        const std::size_t at = errors_.size();
        const std::string_view message = text_of(source, "message");
        answer_error own;
        own.category = clean_text(text_of(source, "category"), name_bytes_max);
        if (own.category.empty()) own.category = outer_category;
        // Only an inner error: a gateway's {"error": "Bad Request"} is no category of HubSpot's.
        for (const char* other : {"code", "error"}) {
            if (depth == 0 || !own.category.empty()) break;
            own.category = clean_text(text_of(source, other), name_bytes_max);
        }
        // Named ids and hinted ones are told apart by where they stand.
        if (const auto context = get<object>(source, "context")) read_context(*context, own);
        read_message(message, own);
        own.names_nobody = own.named.empty();
        // The error is moved away below; its category is what inner ones inherit.
        const std::string category = own.category;
        errors_.push_back(std::move(own));

        std::string words(message);
        // Inner errors are appended behind it, so `at` stays the place of this one.
        if (depth < nesting_max) {
            read_inner(source, "errors", category, depth, at, words);
            read_inner(source, "validationResults", category, depth, at, words);
        }
        errors_[at].words = clean_text(words, words_bytes_max);
        if (!errors_[at].named.empty()) {
            // What is inside is about those that the outer one names.
            for (std::size_t inner = at; inner < errors_.size(); ++inner)
                errors_[inner].names_nobody = false;
        }
    }

    void read_inner(object source, std::string_view key, std::string_view category, int depth,
                    std::size_t outer, std::string& words) {
        const auto inner = get<array>(source, key);
        if (!inner) return;
        for (const element each : *inner) {
            if (errors_.size() >= answer_list_max) return;
            const std::size_t at = errors_.size();
            object error;
            std::string_view text;
            if (each.get(error) == simdjson::SUCCESS) {
                // A validation result that passed names its property as well: it blames nobody.
                if (get<bool>(error, "isValid").value_or(false)) continue;
                read_error(error, category, depth + 1);
                // "name" is the property that a validation result is about.
                if (key == "validationResults") {
                    keep(errors_[at].properties, escaped(text_of(error, "name")));
                }
            } else if (each.get(text) == simdjson::SUCCESS) {
                // Some errors are plain texts in a list.
                errors_.emplace_back();
                errors_[at].category = category;
                errors_[at].words = clean_text(text, words_bytes_max);
                read_message(text, errors_[at]);
            } else {
                continue;
            }
            // What an inner error says belongs to the outer one's words, too, which a dead letter
            // shows.
            add_words(words, errors_[at].words);
            if (!errors_[at].names_nobody) errors_[outer].names_nobody = false;
        }
    }

    void read_context(object context, answer_error& out) {
        for (const auto& [key, value] : context) {
            std::vector<std::string> found;
            // Only these four keys name inputs. All other texts are hints: limits and values stand
            // there, too.
            if (key == "id" || key == "ids" || key == "objectId" || key == "objectIds") {
                collect_flat(json(), value, found);
                keep_ids(out.named, found);
                continue;
            }
            collect(json(), value, 0, found);
            // A property is written as names in a field set are, so that both can be compared byte
            // by byte.
            if (key == "propertyName") {
                for (const std::string& name : found) keep(out.properties, escaped(name));
            } else if (key == "requiredScopes" || key == "requiredGranularScopes") {
                for (const std::string& scope : found) {
                    keep(body_.scopes, clean_text(scope, name_bytes_max));
                }
            }
            keep_ids(out.hinted, found);
        }
    }

    void read_message(std::string_view message, answer_error& out) {
        // A message may quote ids; nobody promises that they are inputs of ours.
        for (const std::string_view word : quoted_words(message)) {
            keep(out.hinted, std::string(canonical_object_id(word)));
        }
        // The first cap counts: what follows is likely to repeat it.
        if (!body_.max_inputs) body_.max_inputs = max_inputs_in(message);
        body_.duplicate_ids = body_.duplicate_ids || tells_duplicate_ids(message);
    }

    answer_body& body_;
    std::vector<answer_error> errors_;
};

} // namespace

answer_body parse_answer(std::string_view text) {
    answer_body body;
    // The document of the answer before is used again: a new one costs its buffers each time.
    body.document.reset(spare_document ? spare_document.release() : new answer_document);
    object root;
    // Most answers are plain successes; their tree is never built.
    if (body.document->read_plain(text, body)) return body;
    if (body.document->parse(text, root)) body_reader(body).read(root);
    return body;
}

} // namespace hubspool
