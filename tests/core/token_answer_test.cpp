#include "core/answers/token_answer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

token_answer judged(int status, std::string body) {
    api_response response;
    response.end = exchange_end::answered;
    response.status = status;
    response.body = std::move(body);
    return judge_token_answer(response);
}

TEST(token_answer, grant_is_read_whole) {
    const token_answer a =
        judged(200, R"({"access_token":"CMfj","expires_in":1800,"refresh_token":"na1-2",)"
                    R"("token_type":"bearer","token_use":"access_token","hub_id":62515,)"
                    R"("scopes":["oauth","crm.objects.marketing_events.write"]})");
    EXPECT_EQ(a.what, token_answer::granted);
    EXPECT_EQ(a.access_token, "CMfj");
    EXPECT_EQ(a.refresh_token, "na1-2");
    EXPECT_EQ(a.life, 30min);
    EXPECT_EQ(a.portal_id, 62515U);
    EXPECT_THAT(a.scopes, ElementsAre("oauth", "crm.objects.marketing_events.write"));
}

TEST(token_answer, grant_without_what_is_optional_is_good) {
    const token_answer a = judged(200, R"({"access_token":"CMfj"})");
    EXPECT_EQ(a.what, token_answer::granted);
    EXPECT_EQ(a.refresh_token, "");
    EXPECT_EQ(a.life, 5min);
    EXPECT_FALSE(a.portal_id);
}

TEST(token_answer, life_beyond_belief_is_cut_to_a_day) {
    for (const char* life : {"18446744073709551615", "9223372036854775807", "100000000"}) {
        const std::string body =
            std::string(R"({"access_token":"CMfj","expires_in":)") + life + "}";
        EXPECT_EQ(judged(200, body).life, 24h) << life;
    }
    EXPECT_EQ(judged(200, R"({"access_token":"CMfj","expires_in":-5})").life, 5min);
}

TEST(token_answer, success_without_a_usable_token_is_tried_again) {
    for (const char* body : {"", "<html>", "{}", "[]", R"({"access_token":7})",
                             R"({"access_token":""})", R"({"access_token":"a\r\nX: y"})"})
        EXPECT_EQ(judged(200, body).what, token_answer::transient) << body;
}

TEST(token_answer, refused_refresh_token_is_a_dead_grant) {
    const char* const bodies[] = {
        R"({"error":"invalid_grant","status":"BAD_REFRESH_TOKEN","message":"refresh token is invalid"})",
        R"({"status":"BAD_REFRESH_TOKEN","message":"missing or invalid refresh token"})",
        R"({"error":"access_denied","status":"BAD_HUB","message":"missing or unknown hub id"})",
        R"({"error":"invalid_grant"})"};
    for (const char* body : bodies) EXPECT_EQ(judged(400, body).what, token_answer::dead_grant);
    EXPECT_THAT(judged(400, bodies[0]).words,
                HasSubstr("400 BAD_REFRESH_TOKEN: refresh token is invalid"));
}

TEST(token_answer, other_refusals_are_a_matter_of_the_client) {
    for (const char* body :
         {R"({"error":"invalid_client"})", R"({"status":"BAD_CLIENT_ID","message":"unknown"})",
          R"({"status":"BAD_CLIENT_SECRET"})", R"({"status":"BAD_GRANT_TYPE"})",
          R"({"status":"error","message":"what?"})"}) {
        EXPECT_EQ(judged(400, body).what, token_answer::wrong_client) << body;
        EXPECT_EQ(judged(401, body).what, token_answer::wrong_client) << body;
    }
    EXPECT_EQ(judged(404, "<html>").what, token_answer::wrong_client);
    EXPECT_EQ(judged(302, "").what, token_answer::wrong_client);
}

TEST(token_answer, what_may_pass_is_tried_again) {
    for (const int status : {408, 423, 429, 477, 500, 502, 503, 504, 521, 524, 0, 101})
        EXPECT_EQ(judged(status, "{}").what, token_answer::transient) << status;
    EXPECT_EQ(judged(403, "<html>Attention Required!").what, token_answer::transient);
    api_response lost;
    lost.error = "connect to 127.0.0.1:443: refused";
    EXPECT_EQ(judge_token_answer(lost).what, token_answer::transient);
    EXPECT_THAT(judge_token_answer(lost).words, HasSubstr("refused"));
}

TEST(token_answer, retry_after_is_told) {
    api_response busy;
    busy.end = exchange_end::answered;
    busy.status = 503;
    busy.retry_after = "7";
    EXPECT_EQ(judge_token_answer(busy).wait, 7s);
}

TEST(introspection, facts_are_read) {
    const auto facts = read_introspection(
        R"({"active":true,"hub_id":7,"scopes":["oauth"],"token_use":"refresh_token"})");
    ASSERT_TRUE(facts);
    EXPECT_TRUE(facts->active);
    EXPECT_EQ(facts->portal_id, 7U);
    EXPECT_THAT(facts->scopes, ElementsAre("oauth"));
    EXPECT_FALSE(read_introspection(R"({"hub_id":7})"));
    EXPECT_FALSE(read_introspection("<html>"));
    EXPECT_FALSE(read_introspection(R"({"active":false})")->active);
}

} // namespace
} // namespace hubspool
