// When sending stops as a whole, and how it goes on.
#include "core/engine/engine.hpp"
#include "engine_story.hpp"

#include <gmock/gmock.h>

#include <set>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::plain_options;
using testing::sent_request;
using testing::story_start;

const std::string expired = R"({"category":"EXPIRED_AUTHENTICATION","message":"expired"})";

class dispatcher_parks_test : public testing::engine_story {
protected:
    // More than five objects dead for one reason park; `inputs` a batch.
    void brake_after_five(std::uint32_t inputs) {
        engine_options options = plain_options();
        options.brake.count = 5;
        options.planner.inputs_max = inputs;
        restart(options);
    }
    batch_outcome answer_all_missing() {
        const testing::answer_effects effect = answer(207, not_found_body({}, wire.front().ids));
        commit();
        return effect.outcome;
    }
};

TEST_F(dispatcher_parks_test, unauthorized_parks_keeps_everything_and_probes_after_a_minute) {
    accept_many(10);
    send();
    const testing::answer_effects effect = answer(401, expired);
    EXPECT_TRUE(effect.parks_changed);
    EXPECT_EQ(effect.outcome.retried, 10U);
    EXPECT_TRUE(parked(park_reason::unauthorized));
    EXPECT_FALSE(send());
    const sent_request probe = send_when_ready();
    EXPECT_EQ(now, story_start + 1min);
    EXPECT_EQ(probe.ids.size(), 1U);
    EXPECT_FALSE(send());
    EXPECT_EQ(engine->next(now + 1h), boot_time::max()); // one probe at a time
    const testing::answer_effects ended = deliver();
    EXPECT_TRUE(ended.outcome.probe);
    EXPECT_TRUE(ended.parks_changed);
    EXPECT_TRUE(engine->parks().empty());
    EXPECT_EQ(send()->ids.size(), 9U);
}

TEST_F(dispatcher_parks_test, failing_probes_come_less_often_with_another_object_each_time) {
    accept_many(4);
    send();
    answer(401, expired);
    std::set<std::string> asked;
    boot_time before = now;
    for (const auto interval : {1min, 2min, 4min, 8min}) {
        const sent_request probe = send_when_ready();
        EXPECT_EQ(now - before, interval);
        asked.insert(probe.ids.front());
        before = now;
        EXPECT_EQ(answer(401, expired).outcome.retried, 1U);
    }
    EXPECT_EQ(asked.size(), 4U);
    EXPECT_EQ(engine->status(now).records, 4U);
}

TEST_F(dispatcher_parks_test, requests_under_way_together_renew_a_park_only_once) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    restart(options);
    accept_many(4);
    while (send()) {
    }
    ASSERT_EQ(wire.size(), 4U);
    while (!wire.empty()) answer(401, expired);
    send_when_ready();
    EXPECT_EQ(now, story_start + 1min);
}

TEST_F(dispatcher_parks_test, judged_probe_ends_the_park_and_its_object_stays_pending) {
    accept("bad", {{"a", "1"}});
    send();
    answer(401, expired);
    send_when_ready();
    const testing::answer_effects effect = answer(400, testing::refused);
    EXPECT_EQ(effect.outcome.dead_lettered, 0U);
    EXPECT_TRUE(engine->parks().empty());
    EXPECT_EQ(engine->status(now).records, 1U);
    EXPECT_EQ(send()->ids, std::vector<std::string>{"bad"});
    EXPECT_EQ(answer(400, testing::refused).outcome.dead_lettered, 1U);
}

TEST_F(dispatcher_parks_test, probe_that_met_an_outage_tells_nothing_and_is_repeated_later) {
    accept_many(3);
    send();
    answer(401, expired);
    send_when_ready();
    answer(502, "<html>Bad gateway</html>");
    EXPECT_TRUE(parked(park_reason::unauthorized));
    const boot_time failed = now;
    send_when_ready();
    EXPECT_GE(now, failed + 1min);
    deliver();
    EXPECT_TRUE(engine->parks().empty());
}

TEST_F(dispatcher_parks_test, changed_credential_probes_at_once) {
    accept_many(3);
    send();
    answer(401, expired);
    wait(5s);
    tell(event::credential_adopted{});
    EXPECT_EQ(send()->ids.size(), 1U);
}

TEST_F(dispatcher_parks_test, quota_waits_for_its_reset) {
    accept_many(3);
    send();
    api_response response = response_of(429, R"({"policyName":"DAILY"})");
    response.quota_reset = now + 5h;
    answer(response);
    EXPECT_TRUE(parked(park_reason::quota));
    EXPECT_EQ(send_when_ready().ids.size(), 1U);
    EXPECT_EQ(now, story_start + 5h);
}

TEST_F(dispatcher_parks_test, pause_does_not_probe_and_resume_sends_at_once) {
    accept_many(3);
    pause();
    EXPECT_EQ(engine->next(now + 24h), boot_time::max());
    EXPECT_FALSE(send());
    tell(event::credential_adopted{});
    EXPECT_FALSE(send());
    resume();
    EXPECT_EQ(send()->ids.size(), 3U);
}

TEST_F(dispatcher_parks_test, pause_outlives_the_answers_of_what_was_under_way) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    restart(options);
    accept_many(2);
    send();
    pause();
    deliver();
    commit();
    EXPECT_TRUE(parked(park_reason::paused));
    EXPECT_EQ(engine->next(now), boot_time::max());
}

TEST_F(dispatcher_parks_test, parks_stack_and_all_must_allow_the_probe) {
    accept_many(3);
    send();
    answer(401, expired);
    pause();
    EXPECT_EQ(engine->next(now + 24h), boot_time::max());
    resume();
    EXPECT_TRUE(parked(park_reason::unauthorized));
    EXPECT_EQ(send()->ids.size(), 1U); // resume asks now
}

TEST_F(dispatcher_parks_test, restored_park_binds_after_a_restart) {
    restore({.parks = {{park_reason::unauthorized, {}, "words", 4min, now + 3min}}});
    accept_many(3);
    EXPECT_EQ(send_when_ready().ids.size(), 1U);
    EXPECT_EQ(now, story_start + 3min);
}

// Each run reads the same files in the same order: the object to which the park is due comes first.
TEST_F(dispatcher_parks_test, runs_that_last_for_one_probe_do_not_all_ask_with_the_same_object) {
    for (const double chance : {0.0, 0.9}) {
        restart(plain_options());
        ordinals.clear();
        jitter = chance;
        accept("culprit", {{"a", "1"}});
        accept_many(9);
        restore({.parks = {{park_reason::misconfigured, {}, "words", 1min, now}}});
        if (send_when_ready().names("culprit"))
            answer(404, "<html>Not here</html>");
        else
            deliver();
    }
    EXPECT_TRUE(engine->parks().empty());
}

TEST_F(dispatcher_parks_test, breaker_probe_is_one_object_and_charges_like_any_failure_alone) {
    accept_many(200);
    for (int i = 0; i < 5; ++i) {
        send_when_ready();
        answer(503, "busy");
    }
    EXPECT_EQ(engine->status(now).breaker, breaker_state::doubtful);
    EXPECT_EQ(send()->ids.size(), 1U); // asked at once
    answer(503, "busy");
    EXPECT_EQ(engine->status(now).breaker, breaker_state::open);
    const boot_time opened = now;
    EXPECT_EQ(send_when_ready().ids.size(), 1U);
    EXPECT_GT(now, opened);
    EXPECT_FALSE(send());
    EXPECT_TRUE(deliver().outcome.probe);
    EXPECT_EQ(engine->status(now).breaker, breaker_state::closed);
}

TEST_F(dispatcher_parks_test, scenario_07_mass_of_dead_letters_parks_and_spares_the_response) {
    brake_after_five(3);
    accept_many(30);
    send();
    EXPECT_EQ(answer_all_missing().dead_lettered, 3U);
    send();
    const batch_outcome spared = answer_all_missing();
    EXPECT_EQ(spared.dead_lettered, 0U);
    EXPECT_EQ(spared.retried, 3U);
    EXPECT_TRUE(parked(park_reason::suspect_data));
    EXPECT_THAT(engine->parks()[0].words, HasSubstr("OBJECT_NOT_FOUND"));
    EXPECT_FALSE(send());
    EXPECT_EQ(engine->status(now).objects, 27U);
}

TEST_F(dispatcher_parks_test, scenario_07_answers_under_way_when_the_brake_trips_kill_nobody) {
    brake_after_five(3);
    accept_many(30);
    while (send()) {
    }
    ASSERT_EQ(wire.size(), 4U);
    std::size_t dead = 0;
    while (!wire.empty()) dead += answer_all_missing().dead_lettered;
    EXPECT_EQ(dead, 3U);
}

TEST_F(dispatcher_parks_test, suspect_data_probes_another_suspect_each_time) {
    brake_after_five(10);
    accept_many(20);
    const sent_request first = *send();
    EXPECT_EQ(answer_all_missing().dead_lettered, 0U);
    std::set<std::string> asked;
    for (int i = 0; i < 4; ++i) {
        const sent_request probe = send_when_ready();
        ASSERT_EQ(probe.ids.size(), 1U);
        EXPECT_TRUE(first.names(probe.ids[0])) << probe.ids[0];
        asked.insert(probe.ids[0]);
        EXPECT_EQ(answer_all_missing().dead_lettered, 0U);
        EXPECT_TRUE(parked(park_reason::suspect_data));
    }
    EXPECT_EQ(asked.size(), 4U);
    EXPECT_EQ(engine->status(now).records, 20U);
}

TEST_F(dispatcher_parks_test, delivered_suspect_ends_suspect_data) {
    brake_after_five(10);
    accept_many(20);
    send();
    answer_all_missing();
    send_when_ready();
    EXPECT_TRUE(deliver().parks_changed);
    EXPECT_TRUE(engine->parks().empty());
    EXPECT_EQ(send()->ids.size(), 10U);
}

TEST_F(dispatcher_parks_test, resume_ends_suspect_data_and_forgets_the_deaths) {
    brake_after_five(3);
    accept_many(30);
    for (int i = 0; i < 2; ++i) {
        send();
        answer_all_missing();
    }
    ASSERT_TRUE(parked(park_reason::suspect_data));
    resume();
    EXPECT_TRUE(engine->parks().empty());
    send();
    EXPECT_EQ(answer_all_missing().dead_lettered, 3U);
}

// One bad record harms only its own object's change, also when it comes every second.
TEST_F(dispatcher_parks_test, scenario_24_hot_bad_object_does_not_stop_the_line) {
    brake_after_five(100);
    accept_many(50);
    send();
    deliver();
    commit();
    std::size_t dead = 0;
    for (int i = 0; i < 20; ++i) {
        accept("hot", {{"a", "1"}});
        if (!send()) break;
        accept("hot", {{"a", "2"}}); // it is never gone
        dead += answer_all_missing().dead_lettered;
    }
    EXPECT_EQ(dead, 20U);
    EXPECT_TRUE(engine->parks().empty());
}

TEST_F(dispatcher_parks_test, refusal_of_a_token_that_is_gone_ends_no_park) {
    accept_many(2);
    restore({.parks = {{park_reason::forbidden, {}, "", 1min, now}}});
    send_when_ready();
    api_response refusal = response_of(401, "{}");
    refusal.credential_changed = true;
    answer(refusal);
    EXPECT_TRUE(parked(park_reason::forbidden));
}

} // namespace
} // namespace hubspool
