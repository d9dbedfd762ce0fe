#include "core/sending/token_schedule.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

class token_schedule_test : public ::testing::Test {
protected:
    moment at_now(double jitter = 0.5) const { return {now, {}, jitter}; }
    void grant(milliseconds life = 30min, double jitter = 0.5) {
        token_answer answer;
        answer.what = token_answer::granted;
        answer.life = life;
        tokens.begun(now);
        tokens.ended(answer, at_now(jitter));
    }
    // The wait for the next try.
    milliseconds fail(token_answer::kind what, double jitter = 0.5,
                      std::optional<milliseconds> wait = {}) {
        token_answer answer;
        answer.what = what;
        answer.wait = wait;
        tokens.begun(now);
        tokens.ended(answer, at_now(jitter));
        return tokens.due() - now;
    }

    boot_time now{1000h};
    token_schedule tokens;
};

TEST_F(token_schedule_test, first_token_is_asked_for_at_once_and_by_one_request) {
    EXPECT_LE(tokens.due(), now);
    EXPECT_FALSE(tokens.usable(now));
    tokens.begun(now);
    EXPECT_TRUE(tokens.asking());
    EXPECT_EQ(tokens.due(), boot_time::max());
}

TEST_F(token_schedule_test, next_one_is_asked_for_minutes_ahead_spread_at_random) {
    grant(30min, 0.0);
    EXPECT_EQ(tokens.due() - now, 22min + 30s);
    grant(30min, 0.999);
    EXPECT_GT(tokens.due() - now, 25min);
    EXPECT_LT(tokens.due() - now, 25min + 30s);
    EXPECT_TRUE(tokens.usable(now + 29min));
    EXPECT_FALSE(tokens.usable(now + 29min + 30s));
}

TEST_F(token_schedule_test, life_counts_from_the_request) {
    token_answer answer;
    answer.what = token_answer::granted;
    answer.life = 30min;
    tokens.begun(now);
    const boot_time begun = now;
    now += 1min;
    tokens.ended(answer, at_now(0.0));
    EXPECT_EQ(tokens.due() - begun, 22min + 30s);
    EXPECT_EQ(tokens.usable_until() - begun, 29min + 30s);
}

TEST_F(token_schedule_test, shortest_life_is_not_asked_for_without_pause) {
    grant(1ms);
    EXPECT_EQ(tokens.due() - now, 1s);
}

TEST_F(token_schedule_test, transient_failures_back_off_and_the_old_token_serves) {
    grant();
    now = tokens.due();
    EXPECT_EQ(fail(token_answer::transient), 500ms);
    EXPECT_EQ(fail(token_answer::transient), 1s);
    for (int i = 0; i < 20; ++i) fail(token_answer::transient);
    EXPECT_EQ(fail(token_answer::transient), 30s);
    EXPECT_TRUE(tokens.usable(now));
    grant();
    EXPECT_EQ(fail(token_answer::transient), 500ms);
}

TEST_F(token_schedule_test, retry_after_is_heeded_within_reason) {
    EXPECT_EQ(fail(token_answer::transient, 0.0, 20s), 20s);
    EXPECT_EQ(fail(token_answer::transient, 0.0, 24h), 15min);
}

TEST_F(token_schedule_test, refusal_is_asked_about_again_seldom_but_for_ever) {
    for (const milliseconds wait : {1min, 2min, 4min, 8min, 15min, 15min})
        EXPECT_EQ(fail(token_answer::dead_grant), wait);
    for (int i = 0; i < 100; ++i) fail(token_answer::wrong_client);
    EXPECT_EQ(fail(token_answer::wrong_client), 15min);
}

TEST_F(token_schedule_test, another_grant_is_tried_at_once_while_the_old_token_serves) {
    grant();
    fail(token_answer::dead_grant);
    tokens.start_anew(now);
    EXPECT_EQ(tokens.due(), now);
    EXPECT_TRUE(tokens.usable(now));
    EXPECT_EQ(fail(token_answer::dead_grant), 1min);
}

TEST_F(token_schedule_test, refused_token_is_replaced_once_a_minute_at_most) {
    grant();
    EXPECT_TRUE(tokens.refused(now));
    EXPECT_FALSE(tokens.usable(now));
    EXPECT_EQ(tokens.due(), now);
    grant();
    EXPECT_FALSE(tokens.refused(now + 59s));
    EXPECT_TRUE(tokens.usable(now + 59s));
    EXPECT_TRUE(tokens.refused(now + 60s));
}

TEST_F(token_schedule_test, grant_that_changes_is_asked_with_at_once) {
    grant();
    tokens.grant_changed(now);
    EXPECT_LE(tokens.due(), now);
    EXPECT_FALSE(tokens.discard_outdated(now)) << "nothing is being asked";
}

TEST_F(token_schedule_test, answer_for_a_grant_that_was_replaced_meanwhile_is_void) {
    tokens.begun(now);
    tokens.grant_changed(now);
    EXPECT_EQ(tokens.due(), boot_time::max()) << "one request at a time";
    EXPECT_TRUE(tokens.discard_outdated(now));
    EXPECT_LE(tokens.due(), now);
    tokens.begun(now);
    EXPECT_FALSE(tokens.discard_outdated(now));
}

TEST_F(token_schedule_test, what_is_left_of_a_life_is_told_until_its_end) {
    EXPECT_FALSE(tokens.left(now));
    grant(30min);
    EXPECT_EQ(tokens.left(now), tokens.usable_until() - now);
    EXPECT_FALSE(tokens.left(tokens.usable_until()));
}

} // namespace
} // namespace hubspool
