#include "core/answers/question_trouble.hpp"

#include "core/answers/answer_parser.hpp"
#include "core/answers/answer_text.hpp"
#include "core/answers/judgement.hpp"

namespace hubspool {

std::string question_trouble(const api_response& response, std::string_view scopes) {
    if (response.end != exchange_end::answered)
        return clean_text(response.error.empty() ? "no answer came" : response.error,
                          words_bytes_max);
    const answer_body body = parse_answer(response.body);
    if (!body.is_json_object) return words_without_json(response);
    if (body.whole.category == "MISSING_SCOPES")
        return "the token lacks the scope " + std::string(scopes) + " (HubSpot answered " +
               std::to_string(response.status) + " MISSING_SCOPES)";
    if (response.status / 100 == 2) return "the answer is not what HubSpot documents";
    std::string words = "HubSpot answered " + std::to_string(response.status);
    if (!body.whole.category.empty()) words += ' ' + body.whole.category;
    if (!body.whole.words.empty()) words += ": " + body.whole.words;
    return clean_text(words, words_bytes_max);
}

} // namespace hubspool
