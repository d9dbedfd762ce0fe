// The window, the day, and the start after an outage, as the engine keeps them.
#include "core/engine/engine.hpp"
#include "engine_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::plain_options;
using testing::sent_request;
using testing::story_start;

class dispatcher_limits_test : public testing::engine_story {
protected:
    void restart_with(std::uint32_t daily, std::uint32_t inputs = 1) {
        engine_options options = plain_options();
        options.planner.inputs_max = inputs;
        options.daily.requests = daily;
        restart(options);
        tell(event::day_told{today()});
    }
    quota_day today() const { return {wall_time(midnight.time_since_epoch()), midnight}; }
    void next_day() {
        now = midnight;
        midnight += 24h;
        tell(event::day_told{today()});
    }
    std::string words_of(park_reason reason) const {
        for (const park& p : engine->parks())
            if (p.reason == reason) return p.words;
        return "";
    }
    testing::answer_effects deliver_with(std::string daily, std::string remaining) {
        api_response response = response_of(200, results_of(wire.front().ids));
        response.daily_limit = std::move(daily);
        response.daily_remaining = std::move(remaining);
        return answer(response);
    }
    // As many requests as go one after another.
    int send_all() {
        int sent = 0;
        while (send()) {
            ++sent;
            deliver();
            commit();
        }
        return sent;
    }

    boot_time midnight = story_start + 10h;
};

TEST_F(dispatcher_limits_test, own_part_of_the_day_spent_parks_until_midnight_with_its_own_words) {
    restart_with(10);
    accept_many(20);
    EXPECT_EQ(send_all(), 8);
    EXPECT_TRUE(parked(park_reason::quota));
    EXPECT_THAT(words_of(park_reason::quota), HasSubstr("hubspool has sent its part"));
    EXPECT_EQ(engine->next(now), midnight);
    next_day();
    EXPECT_EQ(send()->ids.size(), 1U);
    EXPECT_FALSE(send());
    deliver();
    EXPECT_FALSE(parked(park_reason::quota));
    EXPECT_EQ(send_all(), 7);
}

TEST_F(dispatcher_limits_test, neither_resume_nor_a_new_credential_spends_the_reserve) {
    restart_with(10);
    accept_many(20);
    send_all();
    resume();
    EXPECT_FALSE(send());
    EXPECT_EQ(engine->parks().front().probe_at, midnight);
    tell(event::credential_adopted{});
    EXPECT_EQ(engine->next(now), midnight);
}

TEST_F(dispatcher_limits_test, header_that_leaves_only_the_reserve_parks_and_is_told) {
    restart_with(1000);
    accept_many(5);
    send();
    const testing::answer_effects effect = deliver_with("1000", "200");
    EXPECT_TRUE(effect.parks_changed);
    EXPECT_THAT(words_of(park_reason::quota), HasSubstr("only 200 of the account's 1000"));
    EXPECT_EQ(engine->next(now), midnight);
    EXPECT_EQ(engine->status(now).account_remaining, 200U);
}

TEST_F(dispatcher_limits_test, unbelievable_daily_headers_are_ignored) {
    for (const auto& [limit, remaining] : {std::pair{"0", "0"},
                                           {"1000", "1001"},
                                           {"1000", "-1"},
                                           {"1000", ""},
                                           {"", "0"},
                                           {"1e3", "0"},
                                           {"99999999999", "0"}}) {
        restart_with(1000);
        accept_many(2);
        send();
        deliver_with(limit, remaining);
        EXPECT_TRUE(engine->parks().empty()) << limit << " " << remaining;
    }
}

TEST_F(dispatcher_limits_test, restored_count_that_is_spent_parks_before_anything_is_sent) {
    restart_with(10);
    restore({.requests_today = day_count{today().ends, 8}});
    accept_many(3);
    EXPECT_TRUE(parked(park_reason::quota));
    EXPECT_EQ(engine->next(now), midnight);
}

TEST_F(dispatcher_limits_test, request_waits_until_its_count_is_durable) {
    restart_with(10'000);
    restore({.requests_today = day_count{}});
    accept_many(3);
    EXPECT_FALSE(send());
    const auto wanted = engine->count_wanted(now);
    ASSERT_TRUE(wanted);
    tell(event::day_count_stored{*wanted});
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_limits_test, a_429_daily_right_after_midnight_is_asked_again_in_a_minute) {
    restart_with(10'000);
    accept_many(3);
    next_day();
    send();
    api_response response = response_of(429, R"({"policyName":"DAILY"})");
    response.quota_reset = midnight;
    now += 1s;
    answer(response);
    EXPECT_EQ(engine->next(now), now + 1min);
}

TEST_F(dispatcher_limits_test, remaining_of_the_window_is_yielded_to_others) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    options.limiter.requests = 100;
    restart(options);
    accept_many(3);
    send();
    api_response response = response_of(200, results_of(wire.front().ids));
    response.limit_max = "100";
    response.limit_remaining = "29";
    answer(response);
    EXPECT_EQ(engine->status(now).others, 70U);
    EXPECT_EQ(engine->status(now).rate_limit, 30U);
}

TEST_F(dispatcher_limits_test, retry_after_of_a_503_holds_all_sending_15_minutes_at_most) {
    for (const auto& [header, wait] :
         {std::pair{"30", milliseconds(30s)}, {"86400", milliseconds(15min)}}) {
        restart(plain_options());
        accept_many(3);
        send();
        api_response response = response_of(503, "");
        response.retry_after = header;
        answer(response); // there is nothing to compare these three with
        EXPECT_EQ(engine->status(now).held_until, now + wait);
        EXPECT_GE(engine->next(now), now + wait);
    }
}

TEST_F(dispatcher_limits_test, after_an_outage_one_request_goes_then_two_then_four) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    options.breaker.failures = 2;
    restart(options);
    accept_many(40);
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(send_when_ready().ids.size(), 1U);
        answer_nothing();
    }
    now += 10min; // every object's own wait is over, too
    send_when_ready();
    EXPECT_FALSE(send());
    deliver();
    for (const std::size_t together : {1U, 2U, 4U, 4U}) {
        while (send()) {
        }
        EXPECT_EQ(wire.size(), together);
        while (!wire.empty()) deliver();
        commit();
    }
}

TEST_F(dispatcher_limits_test, after_a_park_it_starts_as_gently) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    restart(options);
    accept_many(20);
    send();
    answer(401, "{}");
    send_when_ready();
    deliver();
    commit();
    while (send()) {
    }
    EXPECT_EQ(wire.size(), 1U);
}

// The message cannot be about a batch that names an object twice.
TEST_F(dispatcher_limits_test, scenario_21_alone_and_called_a_duplicate_does_not_stand_for_ever) {
    accept("42", {{"a", "1"}});
    std::size_t dead = 0;
    for (int i = 0; i < 600 && dead == 0; ++i) {
        accept("good" + std::to_string(i), {{"a", "1"}});
        const sent_request sent = send_when_ready();
        const testing::answer_effects effect =
            sent.names("42")
                ? answer(400, R"({"category":"VALIDATION_ERROR","correlationId":"c","message":)"
                              R"("Duplicate identifier in customProperties"})")
                : deliver();
        dead += effect.outcome.dead_letters.size();
        commit();
        now += 1min;
    }
    EXPECT_EQ(dead, 1U);
    EXPECT_GT(now, story_start + 10min) << "only by its attempts, each against a control";
}

// A question answered at once, twenty full batches that take 300 ms, and one more request, which
// does too; then, when the window is over for all but perhaps that one: how many may go.
class dispatcher_pace_test : public dispatcher_limits_test {
protected:
    static constexpr std::uint32_t limit = 22;
    static constexpr milliseconds took{300};

    dispatcher_pace_test() {
        engine_options options = plain_options();
        options.planner.inputs_max = 2;
        options.limiter.requests = limit;
        options.breaker.connections = limit;
        restart(options);
        tell(event::credential_offered{true, {}});
        EXPECT_TRUE(engine->ask_account(now));
        engine->on_account_answer(response_of(200, R"({"portalId":1})"), {now + 5ms, {}, 0.5});
        now += 5ms;
        accept_many(40);
        for (int i = 0; i < 20; ++i) EXPECT_TRUE(send());
    }
    void deliver_all() {
        now += took;
        while (!wire.empty()) deliver();
        commit();
    }
    int sent_after_the_window() {
        now = story_start + 10100ms;
        accept_many(100, "2");
        int sent = 0;
        while (send()) ++sent;
        return sent;
    }
};

TEST_F(dispatcher_pace_test, full_batches_count_by_their_own_pace) {
    accept("x", {{"eventName", "1"}});
    accept("y", {{"eventName", "1"}});
    EXPECT_TRUE(send());
    deliver_all();
    EXPECT_EQ(sent_after_the_window(), 22);
}

TEST_F(dispatcher_pace_test, small_batch_may_have_been_long_on_its_way) {
    accept("x", {{"eventName", "1"}});
    EXPECT_TRUE(send());
    deliver_all();
    EXPECT_EQ(sent_after_the_window(), 21);
}

TEST_F(dispatcher_pace_test, refused_batch_may_have_been_long_on_its_way) {
    accept("x", {{"eventName", "1"}});
    accept("y", {{"eventName", "1"}});
    EXPECT_TRUE(send());
    std::rotate(wire.begin(), wire.end() - 1, wire.end());
    now += took;
    answer(503, "busy");
    now -= took;
    deliver_all();
    EXPECT_EQ(sent_after_the_window(), 21);
}

} // namespace
} // namespace hubspool
