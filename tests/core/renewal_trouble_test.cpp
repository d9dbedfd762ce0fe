#include "core/sending/renewal_trouble.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr boot_time next_try{1000h};

token_answer answer_of(token_answer::kind what, const std::string& words) {
    token_answer answer;
    answer.what = what;
    answer.words = words;
    return answer;
}
const token_answer dead_grant = answer_of(token_answer::dead_grant, "invalid_grant");
const token_answer wrong_client = answer_of(token_answer::wrong_client, "invalid_client");
const token_answer timed_out = answer_of(token_answer::transient, "timed out");

TEST(renewal_trouble_test, refusal_is_no_park_as_long_as_a_token_serves) {
    renewal_trouble trouble;
    const auto step = trouble.refused(dead_grant, next_try, 90s);
    EXPECT_FALSE(step.park || step.failure);
    EXPECT_THAT(step.warning, HasSubstr("Re-install the app"));
    EXPECT_THAT(step.warning, HasSubstr("goes on for 90 s"));
}

TEST(renewal_trouble_test, refusal_parks_when_the_last_token_is_over) {
    renewal_trouble trouble;
    trouble.refused(dead_grant, next_try, 90s);
    const auto step = trouble.expired();
    ASSERT_TRUE(step.park);
    EXPECT_EQ(step.park->reason, park_reason::unauthorized);
    EXPECT_EQ(step.park->until, next_try);
    EXPECT_FALSE(step.failure);
}

TEST(renewal_trouble_test, refusal_parks_at_once_without_a_token) {
    renewal_trouble trouble;
    const auto step = trouble.refused(wrong_client, next_try, std::nullopt);
    ASSERT_TRUE(step.park);
    EXPECT_EQ(step.park->reason, park_reason::misconfigured);
    EXPECT_THAT(step.park->words, HasSubstr("client_secret_file"));
}

TEST(renewal_trouble_test, failure_without_a_token_is_told_as_one_to_connect) {
    renewal_trouble trouble;
    const auto step = trouble.refused(timed_out, next_try, std::nullopt);
    EXPECT_FALSE(step.park);
    EXPECT_EQ(step.failure, "timed out");
    EXPECT_EQ(step.warning, "no new access token: timed out");
}

TEST(renewal_trouble_test, failure_while_a_token_serves_is_told_at_its_end) {
    renewal_trouble trouble;
    EXPECT_FALSE(trouble.refused(timed_out, next_try, 90s).failure);
    EXPECT_EQ(trouble.expired().failure, "no new access token: timed out");
}

TEST(renewal_trouble_test, end_of_a_token_without_trouble_means_nothing) {
    const auto step = renewal_trouble().expired();
    EXPECT_FALSE(step.park || step.failure);
}

TEST(renewal_trouble_test, refusal_outlives_a_failure_to_ask_again) {
    renewal_trouble trouble;
    trouble.refused(dead_grant, next_try, std::nullopt);
    const auto step = trouble.refused(timed_out, next_try, std::nullopt);
    ASSERT_TRUE(step.park);
    EXPECT_EQ(step.park->reason, park_reason::unauthorized);
}

TEST(renewal_trouble_test, token_that_came_ends_refusal_and_failure) {
    renewal_trouble trouble;
    trouble.refused(dead_grant, next_try, 90s);
    trouble.over();
    const auto step = trouble.expired();
    EXPECT_FALSE(step.park || step.failure);
}

TEST(renewal_trouble_test, same_words_are_said_once_until_a_token_comes) {
    renewal_trouble trouble;
    EXPECT_NE(trouble.refused(timed_out, next_try, 90s).warning, "");
    EXPECT_EQ(trouble.refused(timed_out, next_try, 60s).warning, "");
    trouble.over();
    EXPECT_NE(trouble.refused(timed_out, next_try, 90s).warning, "");
}

} // namespace
} // namespace hubspool
