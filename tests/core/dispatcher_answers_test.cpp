// What answers mean for the objects that were sent: what may still land, blame, backoff.
#include "core/engine/engine.hpp"
#include "core/words/object_hash.hpp"
#include "engine_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::plain_options;
using testing::sent_request;
using testing::story_start;

using dispatcher_answers_test = testing::engine_story;

TEST_F(dispatcher_answers_test, scenario_08_lost_answer_sends_the_same_values_again_after_backoff) {
    accept("42", {{"a", "1"}});
    const sent_request first = *send();
    wait(3s);
    const testing::answer_effects effect = answer_nothing();
    EXPECT_FALSE(effect.conclusive);
    EXPECT_EQ(effect.outcome.retried, 1U);
    accept("42", {{"a", "2"}});
    EXPECT_FALSE(send());
    const sent_request again = send_when_ready();
    EXPECT_EQ(now, story_start + 3s + 500ms);
    EXPECT_EQ(again.body, first.body);
}

TEST_F(dispatcher_answers_test, scenario_08_newer_record_waits_until_the_lost_request_cannot_land) {
    accept("42", {{"a", "1"}});
    accept("43", {{"a", "1"}});
    send();
    answer(502, "<html>Bad gateway</html>");
    accept("42", {{"a", "2"}});
    while (!wire.empty() || send_when_ready().ids.size() == 1 || !engine->idle()) {
        deliver();
        commit();
        if (engine->status(now).records == 1) break;
    }
    EXPECT_LT(now, story_start + 10s);
    accept("44", {{"a", "1"}}); // others go on
    EXPECT_EQ(send_when_ready().ids, std::vector<std::string>{"44"});
    deliver();
    commit();
    EXPECT_THAT(send_when_ready().body, HasSubstr(R"("a":2)"));
    EXPECT_EQ(now, story_start + 120s);
}

TEST_F(dispatcher_answers_test, scenario_08_object_gone_meanwhile_makes_its_next_record_wait) {
    accept("42", {{"a", "1"}});
    send();
    answer_nothing();
    send_when_ready();
    deliver();
    commit();
    ASSERT_TRUE(engine->empty());
    accept("42", {{"a", "2"}});
    EXPECT_THAT(send_when_ready().body, HasSubstr(R"("a":2)"));
    EXPECT_EQ(now, story_start + 120s);
}

TEST_F(dispatcher_answers_test, scenario_08_each_lost_answer_counts_from_its_own_end) {
    accept("42", {{"a", "1"}});
    send();
    answer_nothing();
    send_when_ready();
    ASSERT_GT(now, story_start);
    wait(60s);
    const boot_time last_ended = now;
    answer_nothing();
    accept("42", {{"a", "2"}});
    send_when_ready();
    deliver();
    commit();
    EXPECT_THAT(send_when_ready().body, HasSubstr(R"("a":2)"));
    EXPECT_EQ(now, last_ended + 120s);
}

TEST_F(dispatcher_answers_test, refusal_while_an_earlier_request_may_land_keeps_the_values) {
    accept("42", {{"a", "1"}});
    const sent_request first = *send();
    answer(200, R"({"status":"PENDING"})");
    send_when_ready();
    EXPECT_TRUE(answer(429, R"({"policyName":"SECONDLY"})").conclusive);
    accept("42", {{"a", "2"}});
    EXPECT_EQ(send_when_ready().body, first.body);
}

TEST_F(dispatcher_answers_test, stale_connection_is_sent_again_at_once_and_nobody_is_halved) {
    accept_many(100);
    const sent_request first = *send();
    EXPECT_FALSE(answer_nothing(exchange_end::stale).conclusive);
    accept("5", {{"eventName", "2"}});
    const sent_request again = *send();
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(engine->status(now).suspects, 0);
    EXPECT_EQ(engine->status(now).failures, 0U);
}

TEST_F(dispatcher_answers_test, second_stale_connection_in_a_row_counts_as_a_failure) {
    accept_many(100);
    send();
    answer_nothing(exchange_end::stale);
    send();
    answer_nothing(exchange_end::stale);
    EXPECT_FALSE(send());
    EXPECT_EQ(engine->status(now).suspects, 100);
    EXPECT_EQ(engine->status(now).failures, 1U);
    EXPECT_EQ(send_when_ready().ids.size(), 50U);
}

TEST_F(dispatcher_answers_test, backoff_grows_with_each_try) {
    accept("42", {{"a", "1"}});
    milliseconds last{0};
    for (int i = 0; i < 4; ++i) {
        send_when_ready();
        answer(423, "{}");
        const milliseconds delay = engine->next(now) - now;
        EXPECT_GE(delay, std::max(2000ms, last));
        last = delay;
    }
    EXPECT_EQ(last, 4000ms);
}

TEST_F(dispatcher_answers_test, too_many_requests_hold_all_and_charge_nobody) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    restart(options);
    accept_many(3);
    send();
    api_response response = response_of(429, R"({"policyName":"SECONDLY"})");
    response.retry_after = "7";
    answer(response);
    EXPECT_FALSE(send());
    send_when_ready();
    EXPECT_GE(now, story_start + 7s);
    EXPECT_EQ(engine->status(now).suspects, 0);
    EXPECT_EQ(engine->status(now).failures, 0U);
}

TEST_F(dispatcher_answers_test, throttled_below_our_own_count_shrinks_the_limit) {
    engine_options options = plain_options();
    options.limiter.requests = 100;
    restart(options);
    accept("42", {});
    send();
    answer(429, R"({"policyName":"TEN_SECONDLY_ROLLING"})");
    EXPECT_EQ(engine->status(now).rate_limit, 90U);
    EXPECT_GE(engine->next(now), now + 10s);
}

TEST_F(dispatcher_answers_test, header_of_an_answer_teaches_the_limit) {
    engine_options options = plain_options();
    options.limiter.requests.reset();
    restart(options);
    accept("42", {});
    send();
    api_response response = response_of(200, results_of({"42"}));
    response.limit_max = "190";
    answer(response);
    EXPECT_EQ(engine->status(now).rate_limit, 171U);
}

TEST_F(dispatcher_answers_test, named_objects_die_and_the_others_go_again_at_once_together) {
    accept_many(100);
    send();
    const testing::answer_effects effect =
        answer(400, R"({"category":"VALIDATION_ERROR","message":"bad","errors":[{"message":"no",)"
                    R"("context":{"ids":["7","8"]}}]})");
    EXPECT_EQ(effect.outcome.dead_lettered, 2U);
    EXPECT_EQ(effect.outcome.dead_letters[0].reason, "no");
    commit();
    EXPECT_EQ(send()->ids.size(), 98U);
    EXPECT_EQ(engine->status(now).suspects, 0);
}

TEST_F(dispatcher_answers_test, lowered_cap_sends_smaller_batches_and_blames_nobody) {
    accept_many(100);
    send();
    const testing::answer_effects effect =
        answer(400, R"({"category":"VALIDATION_ERROR","message":"The maximum number of inputs )"
                    R"(supported in a batch request for property histories is 40. Sent 100"})");
    EXPECT_EQ(effect.outcome.retried, 100U);
    EXPECT_FALSE(effect.notes.empty());
    EXPECT_EQ(send()->ids.size(), 40U);
    EXPECT_EQ(engine->status(now).suspects, 0);
}

TEST_F(dispatcher_answers_test, scenario_21_duplicate_ids_kill_nobody_and_go_one_by_one) {
    accept_many(5);
    send();
    const testing::answer_effects effect =
        answer(400, R"({"category":"VALIDATION_ERROR",)"
                    R"("message":"Duplicate IDs found in batch input: [1, 2]"})");
    EXPECT_EQ(effect.outcome.dead_lettered, 0U);
    EXPECT_FALSE(effect.notes.empty());
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(send_when_ready().ids.size(), 1U);
        deliver();
        commit();
    }
    EXPECT_TRUE(engine->empty());
    EXPECT_EQ(engine->status(now).suspects, 0);
}

TEST_F(dispatcher_answers_test, scenario_21_contradicted_goes_once_more_alone_and_then_dies) {
    accept("42", {{"a", "1"}});
    accept("43", {{"a", "1"}});
    send();
    const testing::answer_effects first = answer(207, not_found_body({"42", "43"}, {"42"}));
    EXPECT_EQ(first.outcome.delivered, 1U);
    EXPECT_EQ(first.outcome.retried, 1U);
    commit();
    EXPECT_EQ(send()->ids, std::vector<std::string>{"42"});
    EXPECT_EQ(answer(207, not_found_body({"42"}, {"42"})).outcome.dead_lettered, 1U);
}

TEST_F(dispatcher_answers_test, unnamed_error_that_may_pass_kills_nobody_in_half_a_minute) {
    accept_many(40);
    std::size_t dead = 0, delivered = 0;
    while (!engine->empty()) {
        send_when_ready();
        if (wire.empty()) break;
        const testing::answer_effects effect =
            now < story_start + 30s
                ? answer(207, R"({"status":"COMPLETE","results":[],"numErrors":1,"errors":[)"
                              R"({"status":"error","category":"INTERNAL_ERROR",)"
                              R"("message":"internal error"}]})")
                : deliver();
        dead += effect.outcome.dead_letters.size();
        delivered += effect.outcome.delivered;
        commit();
    }
    EXPECT_EQ(dead, 0U);
    EXPECT_GE(delivered, 40U); // controls are delivered, too
}

TEST_F(dispatcher_answers_test, scenario_21_unknown_result_is_noted_and_ignored) {
    accept("42", {{"a", "1"}});
    send();
    const testing::answer_effects effect = answer(200, results_of({"42", "99"}));
    EXPECT_EQ(effect.outcome.delivered, 1U);
    ASSERT_EQ(effect.notes.size(), 1U);
    EXPECT_THAT(effect.notes[0], HasSubstr("99"));
}

TEST_F(dispatcher_answers_test, missing_echo_is_noted_by_object_and_property) {
    engine_options options = plain_options();
    options.mapper.look_at_echo = true;
    restart(options);
    accept("42", {{"$hall", "\"A\""}});
    send();
    const testing::answer_effects effect =
        answer(200, R"({"status":"COMPLETE","results":[{"objectId":"42","customProperties":[]}]})");
    EXPECT_EQ(effect.outcome.delivered, 1U);
    ASSERT_EQ(effect.notes.size(), 1U);
    EXPECT_THAT(effect.notes[0], HasSubstr("object 42"));
    EXPECT_THAT(effect.notes[0], HasSubstr("\"hall\""));
}

// A new record each second and one bad field: the bad change dies, newer good ones live.
TEST_F(dispatcher_answers_test, scenario_24_hot_object_loses_only_the_change_that_was_refused) {
    accept("42", {{"bad", "1"}});
    accept("43", {{"a", "1"}});
    send();
    accept("42", {{"a", "2"}});
    answer(400, testing::refused); // names nobody
    accept("42", {{"a", "3"}});
    std::size_t dead = 0;
    std::size_t requests = 0;
    for (; !engine->empty() && requests < 10; ++requests) {
        const sent_request sent = send_when_ready();
        const bool bad = sent.body.find("\"bad\"") != std::string::npos;
        const testing::answer_effects effect = bad ? answer(400, testing::refused) : deliver();
        for (const dead_letter& letter : effect.outcome.dead_letters) dead += letter.records.size();
        EXPECT_TRUE(bad || !sent.names("42") || sent.body.find(R"("a":3)") != std::string::npos)
            << sent.body;
        commit();
    }
    EXPECT_EQ(dead, 1U);
    EXPECT_TRUE(engine->empty());
}

TEST_F(dispatcher_answers_test, duration_and_words_of_the_answer_are_in_the_outcome) {
    accept("42", {{"a", "1"}});
    send();
    api_response response = response_of(500, R"({"message":"internal error","category":"OOPS"})");
    response.correlation_id = "abc";
    response.duration_ms = 123;
    const batch_outcome outcome = answer(response).outcome;
    EXPECT_EQ(outcome.http_status, 500);
    EXPECT_EQ(outcome.reason, "OOPS");
    EXPECT_EQ(outcome.words, "internal error");
    EXPECT_EQ(outcome.correlation_id, "abc");
    EXPECT_EQ(outcome.duration_ms, 123);
    EXPECT_EQ(outcome.retried, 1U);
}

} // namespace
} // namespace hubspool
