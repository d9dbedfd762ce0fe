// The credential is proved before anything is sent with it.
#include "portal_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::no_scope;
using testing::plain_options;
using testing::story_start;
using testing::unknown_token;

class dispatcher_portal_test : public testing::portal_story {};

TEST_F(dispatcher_portal_test, nothing_is_sent_before_the_answer) {
    accept_many(10);
    EXPECT_FALSE(send());
    ASSERT_TRUE(ask());
    EXPECT_FALSE(ask());
    EXPECT_EQ(engine->next(now + 24h), boot_time::max());
    const testing::account_effects effect = tell_portal("111");
    EXPECT_TRUE(effect.proved);
    EXPECT_EQ(effect.account->time_zone, "US/Eastern");
    EXPECT_TRUE(engine->parks().empty());
    EXPECT_EQ(send()->ids.size(), 10U);
    EXPECT_FALSE(ask());
}

TEST_F(dispatcher_portal_test, question_is_asked_though_nothing_is_pending_or_read) {
    tell(event::run_before{});
    EXPECT_EQ(engine->next(now), now);
    EXPECT_TRUE(ask());
}

TEST_F(dispatcher_portal_test, scenario_07_wrong_portal_parks_with_both_ids_before_a_batch) {
    accept_many(10);
    ask();
    const testing::account_effects effect = tell_portal("222");
    EXPECT_FALSE(effect.proved);
    EXPECT_TRUE(effect.parks_changed);
    EXPECT_EQ(the_park().reason, park_reason::wrong_portal);
    EXPECT_THAT(the_park().words, AllOf(HasSubstr("222"), HasSubstr("111")));
    EXPECT_FALSE(send());
}

TEST_F(dispatcher_portal_test, wrong_portal_is_never_probed_with_a_change) {
    accept_many(10);
    ask();
    tell_portal("222");
    for (int i = 0; i < 20; ++i) {
        now = engine->next(now);
        EXPECT_FALSE(send());
        ASSERT_TRUE(ask());
        tell_portal("222");
    }
    EXPECT_LE(engine->next(now) - now, 15min);
    now = engine->next(now);
    ASSERT_TRUE(ask());
    EXPECT_TRUE(tell_portal("111").parks_changed);
    EXPECT_TRUE(engine->parks().empty());
    EXPECT_EQ(send()->ids.size(), 10U);
}

TEST_F(dispatcher_portal_test, another_credential_ends_wrong_portal_at_once) {
    accept_many(10);
    ask();
    tell_portal("222");
    EXPECT_FALSE(ask());
    tell(event::credential_offered{true, {}});
    ASSERT_TRUE(ask());
    tell_portal("111");
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_portal_test, any_portal_is_right_when_none_is_configured) {
    expect_portal("");
    accept_many(1);
    ask();
    EXPECT_EQ(tell_portal("222").account->portal_id, 222U);
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_portal_test, refused_credential_parks_and_the_question_probes) {
    accept_many(10);
    ask();
    EXPECT_FALSE(tell(401, unknown_token).proved);
    EXPECT_TRUE(parked(park_reason::unauthorized));
    EXPECT_FALSE(send());
    now = engine->next(now);
    EXPECT_EQ(now, story_start + 1min);
    ASSERT_TRUE(ask());
    tell_portal("111");
    EXPECT_TRUE(engine->parks().empty());
    EXPECT_EQ(send()->ids.size(), 10U);
}

TEST_F(dispatcher_portal_test, accepted_credential_of_another_portal_is_parked_for_that_alone) {
    ask();
    tell(401, unknown_token);
    tell(event::credential_offered{true, {}});
    ask();
    tell_portal("222");
    EXPECT_FALSE(parked(park_reason::unauthorized));
    EXPECT_TRUE(parked(park_reason::wrong_portal));
}

TEST_F(dispatcher_portal_test, details_that_cannot_be_had_park_only_when_a_portal_is_configured) {
    accept_many(1);
    ask();
    tell(403, no_scope);
    EXPECT_TRUE(parked(park_reason::forbidden));
    EXPECT_THAT(the_park().words, AllOf(HasSubstr("api.portal_id is 111"), HasSubstr("oauth")));
    EXPECT_FALSE(send());

    expect_portal("");
    accept_many(1);
    ask();
    const testing::account_effects effect = tell(403, no_scope);
    EXPECT_TRUE(effect.proved);
    EXPECT_FALSE(effect.account);
    EXPECT_THAT(effect.words, HasSubstr("MISSING_SCOPES"));
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_portal_test, success_that_names_no_portal_is_no_outage) {
    ask();
    tell(200, R"({"timeZone":"UTC"})");
    EXPECT_TRUE(parked(park_reason::misconfigured));
    expect_portal("");
    ask();
    EXPECT_TRUE(tell(200, "{}").proved);
}

TEST_F(dispatcher_portal_test, portal_of_the_oauth_answer_stands_in_for_the_details) {
    tell(event::credential_offered{true, 111});
    ask();
    EXPECT_TRUE(tell(403, no_scope).proved);
    tell(event::credential_offered{false, 222});
    ask();
    EXPECT_TRUE(tell(403, no_scope).refused);
    tell(event::credential_offered{true, 222});
    ask();
    tell(403, no_scope);
    EXPECT_TRUE(parked(park_reason::wrong_portal));
}

TEST_F(dispatcher_portal_test, outage_is_asked_again_with_backoff_and_opens_the_breaker) {
    accept_many(10);
    std::vector<std::function<void()>> outages{[&] { tell_nothing(); },
                                               [&] { tell_nothing(exchange_end::stale); },
                                               [&] { tell(503, ""); },
                                               [&] { tell(200, "<html>Log in"); },
                                               [&] { tell(403, "<html>Attention Required!"); },
                                               [&] { tell(408, "{}"); }};
    for (const auto& outage : outages) {
        ASSERT_TRUE(ask());
        outage();
        EXPECT_TRUE(engine->parks().empty());
        EXPECT_FALSE(ask());
        EXPECT_FALSE(send());
        now = engine->next(now);
    }
    EXPECT_EQ(engine->status(now).breaker, breaker_state::open);
    ASSERT_TRUE(ask());
    EXPECT_EQ(engine->status(now).breaker, breaker_state::probing);
    tell_portal("111");
    EXPECT_EQ(engine->status(now).breaker, breaker_state::closed);
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_portal_test, broken_path_of_the_details_stops_nothing_where_any_portal_is_right) {
    expect_portal("");
    accept_many(10);
    for (int i = 0; i < 3; ++i) {
        EXPECT_FALSE(send());
        now = engine->next(now);
        ASSERT_TRUE(ask());
        EXPECT_EQ(tell(503, "").proved, i == 2);
    }
    EXPECT_EQ(send_when_ready().ids.size(), 10U);
    deliver();
    commit();
    // Later failures of the check say nothing about the destination.
    for (int i = 0; i < 20; ++i) {
        now = engine->next(now);
        ASSERT_TRUE(ask());
        tell(503, "");
    }
    EXPECT_EQ(engine->status(now).breaker, breaker_state::closed);
    // And the account's time zone is still learned when it can be.
    now = engine->next(now);
    ASSERT_TRUE(ask());
    EXPECT_TRUE(tell_portal("222").account);
    EXPECT_FALSE(ask());
}

TEST_F(dispatcher_portal_test, lost_questions_do_not_stand_for_ever) {
    accept_many(1);
    for (int i = 0; i < 50; ++i) {
        now = engine->next(now);
        ASSERT_TRUE(ask());
        tell_nothing();
        ASSERT_LE(engine->next(now) - now, 5min);
    }
}

TEST_F(dispatcher_portal_test, throttled_question_waits_as_told) {
    api_response busy = response_of(429, R"({"policyName":"TEN_SECONDLY_ROLLING"})");
    busy.retry_after = "7";
    ask();
    engine->on_account_answer(busy, at_now());
    EXPECT_GE(engine->next(now) - now, 7s);
    EXPECT_TRUE(engine->parks().empty());
}

TEST_F(dispatcher_portal_test, question_takes_a_slot_of_the_limit) {
    engine_options options = plain_options();
    options.limiter.requests = 1;
    restart(options);
    accept_many(1);
    tell(event::credential_offered{true, {}});
    ask();
    tell_portal("111");
    EXPECT_FALSE(send());
    EXPECT_GE(engine->next(now) - now, 9s);
}

TEST_F(dispatcher_portal_test, question_counts_of_the_day_and_its_answer_tells_the_limits) {
    engine_options options = plain_options();
    options.daily.requests = 10;
    options.limiter.requests.reset();
    restart(options);
    tell(event::day_told{{at_now().wall + 24h, now + 24h}});
    restore({.requests_today = day_count{}});
    tell(event::credential_offered{true, {}});
    EXPECT_FALSE(ask());
    const auto wanted = engine->count_wanted(now);
    ASSERT_TRUE(wanted);
    tell(event::day_count_stored{*wanted});
    ASSERT_TRUE(ask());
    EXPECT_EQ(engine->status(now).today.used, 1U);
    api_response details = response_of(200, R"({"portalId":111})");
    details.limit_max = "200";
    details.daily_limit = "10";
    details.daily_remaining = "2";
    EXPECT_TRUE(engine->on_account_answer(details, at_now()).parks_changed);
    EXPECT_EQ(engine->status(now).rate_limit, 180U);
    EXPECT_TRUE(parked(park_reason::quota));
}

TEST_F(dispatcher_portal_test, answer_that_tells_the_account_ends_a_restored_unauthorized_alone) {
    restore({.parks = {{park_reason::unauthorized, {}, "", 1min, now}}});
    restore({.parks = {{park_reason::misconfigured, {}, "", 1min, now}}});
    ask();
    const testing::account_effects effect = tell_portal("111");
    EXPECT_TRUE(effect.parks_changed);
    EXPECT_FALSE(effect.parked);
    EXPECT_EQ(the_park().reason, park_reason::misconfigured);
}

TEST_F(dispatcher_portal_test, quota_told_right_after_midnight_is_asked_about_soon) {
    tell(event::day_told{{at_now().wall + 1h, now + 1h}});
    wait(1h);
    tell(event::day_told{{at_now().wall + 24h, now + 24h}});
    ask();
    api_response spent = response_of(429, R"({"policyName":"DAILY"})");
    spent.quota_reset = now + 24h;
    EXPECT_TRUE(engine->on_account_answer(spent, at_now()).parked);
    EXPECT_LE(engine->next(now), now + 1min);
}

TEST_F(dispatcher_portal_test, question_waits_for_the_end_of_quota_and_migration) {
    for (const park_reason reason : {park_reason::quota, park_reason::migration}) {
        restart(plain_options());
        restore({.parks = {{reason, {}, "", 1min, now + 6h}}});
        tell(event::credential_offered{true, {}});
        EXPECT_EQ(engine->next(now), now + 6h);
    }
}

TEST_F(dispatcher_portal_test, proved_credential_starts_gently_after_a_park) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    options.portal_id = "111";
    restart(options);
    tell(event::credential_offered{true, {}});
    accept_many(10);
    ask();
    tell_portal("222");
    tell(event::credential_offered{true, {}});
    ask();
    tell_portal("111");
    EXPECT_TRUE(send());
    EXPECT_FALSE(send());
}

class account_of_skips_test : public testing::portal_story {
protected:
    account_of_skips_test() {
        engine_options options = plain_options();
        options.notes_values = options.skips_unchanged = true;
        options.unchanged_max_age = 24h;
        restart(options);
        tell(event::credential_offered{true, {}});
        const auto an_hour_ago =
            std::chrono::floor<std::chrono::seconds>(now.time_since_epoch() - 1h).count();
        engine->ledger["a"].push_back(
            {{field_kind::property, "eventName"},
             {0, 0, 1},
             {},
             {hash_of_value("7"), static_cast<std::uint64_t>(an_hour_ago)}});
    }
};

TEST_F(account_of_skips_test, is_known_before_the_ledger_is_asked) {
    accept("a", {{"eventName", "7"}});
    engine->next(now);
    EXPECT_TRUE(engine->looked_up().empty());
    ask();
    EXPECT_TRUE(tell_portal("111").proved);
    EXPECT_FALSE(send());
    EXPECT_EQ(engine->looked_up().size(), 1U);
}

// Unknown is as good as another.
TEST_F(account_of_skips_test, gets_all_where_it_is_not_told) {
    accept("a", {{"eventName", "7"}});
    ask();
    EXPECT_TRUE(tell(403, no_scope).proved);
    EXPECT_TRUE(send());
}

TEST_F(account_of_skips_test, is_one_in_a_run) {
    ask();
    EXPECT_TRUE(tell_portal("111").proved);
    tell(event::credential_offered{false, {}});
    ask();
    testing::account_effects effect = tell_portal("222");
    EXPECT_TRUE(effect.refused);
    EXPECT_THAT(effect.words, HasSubstr("restart hubspool"));
    EXPECT_TRUE(engine->parks().empty());
    tell(event::credential_offered{true, {}});
    ask();
    effect = tell(403, no_scope);
    EXPECT_FALSE(effect.proved);
    EXPECT_EQ(the_park().reason, park_reason::wrong_portal);
}

} // namespace
} // namespace hubspool
