// A story in which HubSpot is asked whose account the credential opens.
#pragma once

#include "engine_story.hpp"

#include <string>

namespace hubspool::testing {

class portal_story : public engine_story {
protected:
    using engine_story::tell;

    portal_story() { expect_portal("111"); }

    void expect_portal(const std::string& id) {
        engine_options options = plain_options();
        options.portal_id = id;
        restart(options);
        tell(event::credential_offered{true, {}});
    }
    bool ask() { return engine->ask_account(now); }
    account_effects tell(int status, const std::string& body) {
        return engine->on_account_answer(response_of(status, body), at_now());
    }
    account_effects tell_portal(const std::string& id) {
        return tell(200, R"({"portalId":)" + id + R"(,"timeZone":"US/Eastern"})");
    }
    account_effects tell_nothing(exchange_end end = exchange_end::unanswered) {
        api_response lost;
        lost.end = end;
        lost.error = "timed out";
        return engine->on_account_answer(lost, at_now());
    }
    park the_park() const { return engine->parks().at(0); }
};

inline const std::string no_scope =
    R"({"category":"MISSING_SCOPES","message":"no","errors":[{"message":"one of",)"
    R"("context":{"requiredScopes":["oauth"]}}]})";
inline const std::string unknown_token = R"({"category":"INVALID_AUTHENTICATION","message":"no"})";

} // namespace hubspool::testing
