// Answers that are not HubSpot's own: the doubt they leave, and their words.
#include "core/judged_answer.hpp"

#include <gmock/gmock.h>

namespace hubspool::testing {
namespace {

using ::testing::Each;
using ::testing::HasSubstr;

const sent_batch two_inputs{"5", "6"};

TEST(stranger_answer, scenario_56_an_answer_not_of_hubspot_leaves_in_doubt_whose_fault_it_is) {
    for (const int status : {200, 201, 207, 301, 302, 304, 307, 308, 400, 402, 403, 404, 405,
                             406, 409, 410, 411, 414, 415, 418, 422, 426, 428, 431, 451, 499}) {
        for (const char* body : {"", "<title>Attention Required! | Cloudflare</title>", "[]",
                                 "\"no\"", R"({"message":"Forbidden"})"}) {
            for (const sent_batch& sent : {two_inputs, sent_batch{"5"}}) {
                const auto verdict = sent.judge(answered(status, body, "text/html"));
                EXPECT_THAT(fates(verdict), Each(suspect)) << status << body;
                EXPECT_TRUE(verdict.doubtful) << status << body;
                EXPECT_TRUE(verdict.outage) << status << body;
                EXPECT_FALSE(verdict.may_still_land) << status << body;
                EXPECT_FALSE(verdict.park) << status << body;
                // Isolation goes on at once; alone it waits.
                EXPECT_EQ(verdict.no_backoff, verdict.inputs.size() > 1) << status << body;
            }
        }
    }
}

TEST(stranger_answer, scenario_23_what_a_control_was_answered_too_parks_with_the_remedy) {
    for (const int status : {301, 404, 406, 451}) {
        const auto verdict = two_inputs.judge(answered(status, "<html>nginx</html>", "text/html"));
        ASSERT_TRUE(verdict.park_if_common) << status;
        EXPECT_EQ(verdict.park_if_common->reason, park_reason::misconfigured);
        EXPECT_THAT(verdict.park_if_common->words,
                    ::testing::AllOf(HasSubstr(std::to_string(status) + " with text/html"),
                                     HasSubstr("\"nginx\""), HasSubstr("not HubSpot"),
                                     HasSubstr("api.url and api.version"),
                                     HasSubstr("sending goes on when")));
    }
    for (const int status : {200, 403, 503})
        EXPECT_FALSE(two_inputs.judge(answered(status, "<html/>", "text/html")).park_if_common);
}

TEST(stranger_answer, words_of_a_stranger_hold_a_short_clean_excerpt_of_its_page) {
    const auto words = [](int status, const std::string& body) {
        return sent_batch{"5"}.judge(answered(status, body, "text/html")).inputs[0].words;
    };
    EXPECT_EQ(words(403, "<html><TITLE\n>Request\n  blocked</title><body>more</body>"),
              "403 with text/html instead of JSON (56 bytes): \"Request blocked\"; it was not "
              "HubSpot that answered");
    EXPECT_THAT(words(404, "<script>var a = 1;</script><h1>Not\x1b[31m found</h1><p>nginx"),
                HasSubstr("\"Not [31m found nginx\""));
    EXPECT_THAT(words(200, "<style>p {}</style>"), HasSubstr("(19 bytes); it was not"));
    EXPECT_THAT(words(403, R"({"message":"Forbidden"})"),
                HasSubstr(R"(403 with JSON that is not HubSpot's: "{"message":"Forbidden"}")"));
    EXPECT_LT(words(403, std::string(100'000, 'x')).size(), 300U);
    EXPECT_LT(words(403, "<title>" + std::string(100'000, '<')).size(), 300U);
}

} // namespace
} // namespace hubspool::testing
