// The body of one of HubSpot's answers as a plain struct: results, errors, and who they name.
//
// Every field is optional and may be of any type; what has the wrong type is as if absent.
// (HubSpot, "Error handling": "the fields in the example response above should all be treated as
// optional in any error parsing".) Ids are canonical (canonical_object_id). Pure. Any bytes are a
// valid body. Lists are cut at answer_list_max. An answer has a hundred results with some
// properties each, so they are views into the text, or into what the body owns; of errors there are
// few.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubspool {

// The largest batch a cap may allow: no list of an honest answer is longer.
inline constexpr std::size_t answer_list_max = 10000;

struct answer_error {
    std::string category; // else that of the error around it, else (inner errors) `code` or `error`
    std::string words;    // its message and those of the errors in it
    // Ids under id, ids, objectId, objectIds of its context, as strings, integers, or lists of
    // them.
    std::vector<std::string> named;
    // Whole strings and integers anywhere else in its context, and quoted_words() of its message.
    // They may be ids, limits or values.
    std::vector<std::string> hinted;
    // context.propertyName, escaped as names in a field_set are.
    std::vector<std::string> properties;
    bool names_nobody = true; // `named` is empty, here, in the errors in it and in those around it
};

struct answer_result {
    std::string_view object_id;
    // Names of the customProperties, as they are (not escaped): those from echo_begin on in
    // `echoes` of the body. Nothing when the result has no such list.
    std::size_t echo_begin = 0;
    std::optional<std::size_t> echo_count;
};

// The parsed text. One at least is kept from answer to answer: what it takes is several times the
// answer's size.
class answer_document;
struct give_back {
    void operator()(answer_document* document) const;
};

struct answer_body {
    std::unique_ptr<answer_document, give_back> document; // some of the views below look into it
    bool is_json_object = false;                          // all else is empty unless this is set
    std::string status;
    std::string policy_name; // of a 429
    std::string correlation_id;
    answer_error whole; // the body itself, read as an error
    std::vector<answer_error>
        errors; // `errors` and `validationResults`, nested ones after their outer
    std::vector<answer_result> results;
    std::vector<std::string_view> echoes; // of all results, one after the other
    std::vector<std::string> scopes; // requiredScopes and requiredGranularScopes of any context
    std::optional<std::uint32_t> max_inputs; // a message tells the cap on inputs (answer_text.hpp)
    bool duplicate_ids = false;              // a message tells of duplicate ids

    std::optional<std::span<const std::string_view>> echo_of(const answer_result& result) const {
        if (!result.echo_count) return {};
        return std::span(echoes).subspan(result.echo_begin, *result.echo_count);
    }
};

} // namespace hubspool
