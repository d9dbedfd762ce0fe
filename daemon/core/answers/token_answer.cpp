#include "core/answers/token_answer.hpp"

#include "core/answers/answer_text.hpp"
#include "core/answers/judgement.hpp"
#include "core/words/http_date.hpp"

#include <fmt/core.h>
#include <simdjson.h>

#include <algorithm>
#include <array>

namespace hubspool {

namespace {

namespace dom = simdjson::dom;
using namespace std::chrono_literals;

constexpr milliseconds assumed_life = 5min;
constexpr milliseconds life_max = 24h; // HubSpot's is 30 minutes
constexpr std::size_t token_bytes_max = 4096;
constexpr std::size_t scopes_max = 1000;

std::string text_of(const dom::object& object, std::string_view key) {
    std::string_view text;
    if (object[key].get(text) != simdjson::SUCCESS) return {};
    return std::string(text);
}

std::optional<std::uint64_t> number_of(const dom::object& object, std::string_view key) {
    std::uint64_t number = 0;
    if (object[key].get(number) != simdjson::SUCCESS) return {};
    return number;
}

std::vector<std::string> scopes_of(const dom::object& object) {
    std::vector<std::string> scopes;
    dom::array list;
    if (object["scopes"].get(list) != simdjson::SUCCESS) return scopes;
    for (const dom::element each : list) {
        std::string_view scope;
        if (scopes.size() < scopes_max && each.get(scope) == simdjson::SUCCESS)
            scopes.push_back(clean_text(scope, name_bytes_max));
    }
    return scopes;
}

// It goes into a header: what would break that is no token.
bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= token_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

void read_grant(const dom::object& body, token_answer& answer) {
    // A grant without a usable token is none, whatever its status.
    answer.access_token = text_of(body, "access_token");
    if (!is_token(answer.access_token)) {
        answer.access_token.clear();
        answer.words = "200 without an access token";
        return;
    }
    answer.what = token_answer::granted;
    answer.refresh_token = text_of(body, "refresh_token");
    // A refresh token that is not repeated stays as it is (RFC 6749 section 6).
    if (!is_token(answer.refresh_token)) answer.refresh_token.clear();
    // No life, or an unbelievable one: a short one is assumed, so that the token is asked for in
    // time.
    const std::uint64_t seconds = number_of(body, "expires_in").value_or(0);
    const auto longest = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::seconds>(life_max).count());
    answer.life = seconds == 0 ? assumed_life
                               : milliseconds(std::chrono::seconds(std::min(seconds, longest)));
    answer.portal_id = number_of(body, "hub_id");
    answer.scopes = scopes_of(body);
}

// By `error` (RFC 6749) and by HubSpot's `status`, which older answers have alone.
token_answer::kind kind_of_refusal(const dom::object& body) {
    constexpr std::array dead{"invalid_grant", "BAD_REFRESH_TOKEN", "BAD_HUB", "access_denied"};
    const std::string error = text_of(body, "error"), status = text_of(body, "status");
    const bool is_dead = std::any_of(dead.begin(), dead.end(), [&](std::string_view word) {
        return error == word || status == word;
    });
    return is_dead ? token_answer::dead_grant : token_answer::wrong_client;
}

std::string words_of(const api_response& response, const dom::object& body) {
    std::string words = std::to_string(response.status);
    const std::string status = text_of(body, "status"), error = text_of(body, "error");
    // HubSpot's `status` is the more exact of both, unless it only says "error".
    const std::string name = status.empty() || status == "error" ? error : status;
    if (!name.empty()) words += " " + clean_text(name, name_bytes_max);
    std::string said = text_of(body, "message");
    if (said.empty()) said = text_of(body, "error_description");
    if (!said.empty()) words += ": " + clean_text(said, words_bytes_max / 2);
    return words;
}

bool may_pass(int status) {
    return status < 300 || status == 408 || status == 423 || status == 425 || status == 429 ||
           status == 477 || status >= 500;
}

} // namespace

token_answer judge_token_answer(const api_response& response) {
    token_answer answer;
    // No answer says nothing about the grant: it is asked for again.
    if (response.end != exchange_end::answered) {
        answer.words = clean_text(response.error, words_bytes_max / 2);
        return answer;
    }
    // A refusal may say when to come back, too.
    answer.wait = parse_retry_after(response.retry_after, response.date);
    dom::parser parser;
    const simdjson::padded_string text(response.body);
    dom::object body;
    const bool is_object = parser.parse(text).get(body) == simdjson::SUCCESS;
    answer.words = is_object ? words_of(response, body) : words_without_json(response);
    if (is_object && response.status >= 200 && response.status < 300) {
        read_grant(body, answer);
    } else if (!may_pass(response.status)) {
        // A proxy's page says nothing about the client, unless it is the address that is wrong.
        const bool a_block = !is_object && response.status == 403;
        if (is_object)
            answer.what = kind_of_refusal(body);
        else if (!a_block)
            answer.what = token_answer::wrong_client;
    }
    return answer;
}

std::optional<token_facts> read_introspection(const std::string& body) {
    dom::parser parser;
    const simdjson::padded_string text(body);
    dom::object object;
    token_facts facts;
    if (parser.parse(text).get(object) != simdjson::SUCCESS) return {};
    // RFC 7662 section 2.2: `active` is the one member that must be there.
    if (object["active"].get(facts.active) != simdjson::SUCCESS) return {};
    facts.portal_id = number_of(object, "hub_id");
    facts.scopes = scopes_of(object);
    return facts;
}

} // namespace hubspool
