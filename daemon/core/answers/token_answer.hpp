// What OAuth's token endpoint answers: POST /oauth/{version}/token with a refresh token.
//
// Shapes: HubSpot's OpenAPI file "oauth" (AccessTokenResponse), and of refusals RFC 6749 section
// 5.2 with HubSpot's own `status` beside it ("Manage OAuth tokens", developers.hubspot.com). Every
// field of a refusal is optional. Pure; any bytes are a valid body.
#pragma once

#include "core/answers/api_response.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct token_answer {
    enum kind : std::uint8_t {
        granted,      // access_token is set
        dead_grant,   // the refresh token opens nothing any more: the app must be installed again
        wrong_client, // client id, client secret or the address are wrong: a person must look
        transient,    // no answer, or one that may be another one the next time
    } what = transient;

    // When granted. A life that the answer does not tell, or not believably, is an assumed one.
    std::string access_token;
    std::string refresh_token; // empty: not repeated, the one that was sent stays good
    milliseconds life{0};
    std::optional<std::uint64_t> portal_id; // hub_id
    std::vector<std::string> scopes;

    std::string words;                // when not granted: what came, for a person
    std::optional<milliseconds> wait; // Retry-After
};

token_answer judge_token_answer(const api_response& response);

// What introspection says of a refresh token (POST /oauth/{version}/token/introspect, RFC 7662).
struct token_facts {
    bool active = false;
    std::optional<std::uint64_t> portal_id;
    std::vector<std::string> scopes;
};

// Nothing when the body is no such answer.
std::optional<token_facts> read_introspection(const std::string& body);

} // namespace hubspool
