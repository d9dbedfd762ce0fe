// One answer under judgement: what is known of it, and its verdict as it grows.
// Pure. Lives on the stack of map_response().
#pragma once

#include "core/answers/answer_body.hpp"
#include "core/answers/api_response.hpp"
#include "core/answers/mapper_options.hpp"
#include "core/answers/response_verdict.hpp"

#include <string>
#include <vector>

namespace hubspool {

struct judgement {
    const api_response& response;
    const std::vector<sent_input>& inputs;
    const mapper_options& options;
    boot_time now;
    answer_body body;
    // Starts with every input suspect, for verdict.reason and verdict.words.
    response_verdict verdict;

    bool alone() const { return inputs.size() == 1; }
    // Gives every input this fate, for verdict.reason and verdict.words.
    void all(input_fate fate) {
        verdict.inputs.assign(inputs.size(), {fate, verdict.reason, verdict.words});
    }
};

// Own reasons, where HubSpot gives no category.
inline constexpr std::string_view reason_not_json = "not_json"; // a 2xx that is no JSON object
inline constexpr std::string_view reason_empty_answer = "empty_answer"; // no results and no errors
inline constexpr std::string_view reason_unattributed =
    "unattributed"; // neither delivered nor blamed
inline constexpr std::string_view reason_not_stored =
    "not_stored"; // delivered, missing in the echo

// Whether HubSpot itself speaks: JSON with one of the marks that its errors have. A gateway's own
// JSON has none.
inline bool is_hubspots_own(const judgement& j) {
    return j.body.is_json_object &&
           (!j.body.whole.category.empty() || !j.body.correlation_id.empty() ||
            !j.response.correlation_id.empty() || j.body.status == "error" ||
            !j.body.policy_name.empty() || !j.body.whole.named.empty() ||
            !j.body.whole.properties.empty());
}

// "200 with text/html instead of JSON (512 bytes): "Welcome"", for an answer whose body is no JSON
// object.
std::string words_without_json(const api_response& response);
// The same for any answer that is not HubSpot's own.
std::string words_of_a_stranger(const judgement& j);

// It names nobody, and looks like an outage or a wrong set-up, but may be of what one record holds.
void in_doubt(judgement& j);

// The rows of 2xx.
void judge_results(judgement& j);
// The rows of 400, 409 and 422: the whole request was refused.
void judge_refusal(judgement& j);

} // namespace hubspool
