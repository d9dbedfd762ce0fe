// What is sent when, and what becomes of the records.
#include "core/engine/engine.hpp"
#include "core/words/object_hash.hpp"
#include "engine_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::plain_options;
using testing::record_block;
using testing::sent_request;
using testing::story_start;

class dispatcher_test : public testing::engine_story {
protected:
    static fate fate_of(const batch_outcome& outcome, std::uint64_t ordinal) {
        for (const settled_record& r : outcome.records)
            if (r.ordinal == ordinal) return r.fate;
        ADD_FAILURE() << "record " << ordinal << " has no fate";
        return fate::dead;
    }
};

TEST_F(dispatcher_test, request_carries_the_newest_values_of_each_object_once) {
    accept("42", {{"eventName", "\"x\""}, {"eventUrl", "\"u\""}});
    accept("43", {{"eventName", "\"other\""}});
    accept("42", {{"eventName", "\"y\""}});
    const sent_request sent = *send();
    EXPECT_EQ(sent.ids, (std::vector<std::string>{"42", "43"}));
    EXPECT_THAT(sent.body, HasSubstr(R"("eventName":"y")"));
    EXPECT_THAT(sent.body, HasSubstr(R"("eventUrl":"u")"));
    EXPECT_THAT(sent.body, Not(HasSubstr(R"("x")")));
}

TEST_F(dispatcher_test, batch_numbers_go_on_from_the_run_before) {
    engine.emplace(plain_options(), run_start{.last_batch = 41});
    tell(event::frontiers_stored{{end_of_file(1), end_of_file(1)}});
    accept("42", {});
    EXPECT_EQ(send()->batch, 42U);
}

TEST_F(dispatcher_test, delivered_object_is_gone_when_its_outcome_is_durable) {
    accept("42", {{"eventName", "\"x\""}});
    send();
    EXPECT_EQ(deliver().outcome.delivered, 1U);
    EXPECT_FALSE(engine->empty());
    EXPECT_FALSE(engine->idle());
    EXPECT_GT(engine->held_bytes(), 0U);
    commit();
    EXPECT_TRUE(engine->empty());
    EXPECT_TRUE(engine->idle());
    EXPECT_EQ(engine->held_bytes(), 0U);
}

TEST_F(dispatcher_test, at_rest_is_an_engine_without_work_that_waits_for_nothing) {
    EXPECT_TRUE(engine->at_rest(now));
    tell(event::reading_changed{true});
    EXPECT_FALSE(engine->at_rest(now));
    tell(event::reading_changed{false});
    EXPECT_TRUE(engine->at_rest(now));

    accept("42", {{"eventName", "\"x\""}});
    EXPECT_FALSE(engine->at_rest(now));
    send();
    EXPECT_FALSE(engine->at_rest(now));
    deliver();
    EXPECT_FALSE(engine->at_rest(now));
    commit();
    EXPECT_TRUE(engine->at_rest(now));

    pause();
    EXPECT_FALSE(engine->at_rest(now));
    resume();
    EXPECT_TRUE(engine->at_rest(now));
    restore({.hold_all_until = now + 1s});
    EXPECT_FALSE(engine->at_rest(now));
    EXPECT_TRUE(engine->at_rest(now + 1s));
    engine->tell(event::credential_offered{}, now + 1s);
    EXPECT_FALSE(engine->at_rest(now + 1s));
}

TEST_F(dispatcher_test, newer_record_waits_for_the_commit_of_the_one_before) {
    accept("42", {{"eventName", "1"}});
    send();
    accept("42", {{"eventName", "2"}});
    EXPECT_FALSE(send());
    deliver();
    EXPECT_FALSE(send());
    commit();
    EXPECT_THAT(send()->body, HasSubstr(R"("eventName":2)"));
}

TEST_F(dispatcher_test, newer_record_joins_after_an_answer_that_holds_nothing_against_it) {
    accept("42", {{"eventName", "1"}, {"eventUrl", "1"}});
    send();
    accept("42", {{"eventName", "2"}});
    answer(429, R"({"policyName":"SECONDLY"})");
    const sent_request again = send_when_ready();
    EXPECT_THAT(again.body, HasSubstr(R"("eventName":2)"));
    EXPECT_THAT(again.body, HasSubstr(R"("eventUrl":1)"));
    EXPECT_EQ(deliver().outcome.records.size(), 2U);
}

TEST_F(dispatcher_test, records_are_delivered_or_superseded_and_fieldless_ones_share) {
    accept("42", {{"a", "1"}, {"b", "1"}}); // b was sent
    accept("42", {{"a", "2"}});             // nothing of it was
    accept("42", {});                       // has nothing of its own
    accept("42", {{"a", "3"}});
    send();
    const batch_outcome outcome = deliver().outcome;
    ASSERT_EQ(outcome.records.size(), 4U);
    EXPECT_EQ(fate_of(outcome, 0), fate::delivered);
    EXPECT_EQ(fate_of(outcome, 1), fate::superseded);
    EXPECT_EQ(fate_of(outcome, 2), fate::delivered);
    EXPECT_EQ(fate_of(outcome, 3), fate::delivered);
    ASSERT_EQ(outcome.changes.size(), 1U);
    const settled_change change = outcome.changes.all()[0];
    EXPECT_EQ(change.object_id, "42");
    const auto named = [](const char* name) {
        return ::testing::Field(&settled_field::name, name);
    };
    EXPECT_THAT(change.fields, ::testing::UnorderedElementsAre(named("a"), named("b")));
}

TEST_F(dispatcher_test, dead_change_takes_all_its_records_and_tells_what_was_sent) {
    accept("42", {{"a", "1"}});
    accept("42", {{"a", "2"}});
    accept("42", {{"b", "3"}});
    const sent_request sent = *send();
    const batch_outcome outcome = answer(400, testing::refused).outcome;
    EXPECT_EQ(outcome.dead_lettered, 1U);
    ASSERT_EQ(outcome.dead_letters.size(), 1U);
    const dead_letter& letter = outcome.dead_letters[0];
    EXPECT_EQ(letter.object_id, "42");
    EXPECT_EQ(letter.category, "VALIDATION_ERROR");
    EXPECT_EQ(letter.reason, "not valid");
    EXPECT_EQ(letter.batch, sent.batch);
    EXPECT_EQ(letter.at, (arrival{1, 200}));
    EXPECT_THAT(sent.body, HasSubstr(letter.content));
    ASSERT_EQ(letter.records.size(), 3U);
    EXPECT_EQ(letter.records[1].line, 2U);
    for (std::uint64_t ordinal = 0; ordinal < 3; ++ordinal)
        EXPECT_EQ(fate_of(outcome, ordinal), fate::dead);
    commit();
    EXPECT_TRUE(engine->empty());
}

TEST_F(dispatcher_test, unreadable_pieces_are_dead_letters_at_once_and_do_not_stop_the_rest) {
    record_block block(1);
    block.record("42", {{"a", "1"}}).bad("no JSON").bad("too many bad ones", 5);
    const std::optional<batch_outcome> outcome = engine->accept(block.block(), at_now());
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->batch, 0U);
    EXPECT_EQ(outcome->dead_lettered, 6U);
    ASSERT_EQ(outcome->dead_letters.size(), 2U);
    EXPECT_EQ(outcome->dead_letters[0].category, "decode");
    EXPECT_EQ(outcome->dead_letters[0].reason, "no JSON");
    EXPECT_EQ(outcome->dead_letters[1].records[0].count, 5U);
    EXPECT_EQ(outcome->records.counts().dead, 6U);
    for (std::uint64_t ordinal = 1; ordinal <= 6; ++ordinal)
        EXPECT_EQ(fate_of(*outcome, ordinal), fate::dead);
    EXPECT_EQ(send()->ids, std::vector<std::string>{"42"});
}

TEST_F(dispatcher_test, scenario_15_what_was_settled_before_a_restart_is_left_out_alone) {
    settled_set settled;
    settled.insert(0);
    settled.insert(3);
    restore({.files = {{1, settled}}});
    record_block block(1);
    block.record("42", {{"a", "1"}}).record("42", {{"b", "2"}}).record("43", {{"a", "1"}}).bad("x");
    EXPECT_FALSE(engine->accept(block.block(), at_now()));
    const sent_request sent = *send();
    EXPECT_THAT(sent.body, HasSubstr(R"({"objectId":"42","b":2,)"));
    EXPECT_EQ(deliver().outcome.records.size(), 2U);
    tell(event::file_ended{1}); // read to its end: the number may not be met again
}

TEST_F(dispatcher_test, nothing_is_sent_before_reading_has_passed_the_frontier) {
    tell(event::run_before{});
    accept("42", {{"a", "1"}});
    EXPECT_EQ(engine->next(now + 1h), boot_time::max());
    EXPECT_FALSE(send());
    EXPECT_TRUE(engine->status(now).recovering);
    tell(event::frontiers_passed{});
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_test, change_beyond_the_durable_frontier_waits_for_it) {
    engine.emplace(plain_options());
    tell(event::frontiers_stored{{{1, 50}, {}}});
    accept("42", {{"a", "1"}}); // place 0
    accept("43", {{"a", "1"}}); // place 100
    EXPECT_EQ(send()->ids, std::vector<std::string>{"42"});
    EXPECT_FALSE(send());
    tell(event::frontiers_stored{{{1, 100}, {}}});
    EXPECT_EQ(send()->ids, std::vector<std::string>{"43"});
}

// Else a run that ends now would not know that a record beyond its frontier was delivered.
TEST_F(dispatcher_test, record_beyond_the_frontier_holds_back_the_change_it_joins) {
    engine_options options = plain_options();
    options.planner.linger = 1s;
    engine.emplace(options);
    tell(event::frontiers_stored{{{1, 50}, {}}});
    accept("42", {{"a", "1"}}); // place 0, waits for company
    accept("42", {{"a", "2"}}); // place 100
    wait(2s);
    EXPECT_FALSE(send());
    tell(event::frontiers_stored{{{1, 100}, {}}});
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_test, scenario_09_object_of_a_lost_request_waits_until_it_cannot_land) {
    restore({.may_land = {{object_id_hash("42"), now + 2min}}});
    restore({.may_land = {
                 {object_id_hash("42"), now + 1min}}}); // of a kill before: the later one counts
    accept("42", {{"a", "2"}});
    accept("43", {{"a", "1"}});
    EXPECT_EQ(send()->ids, std::vector<std::string>{"43"});
    deliver();
    commit();
    wait(2min - 1ms);
    EXPECT_FALSE(send());
    wait(1ms);
    EXPECT_EQ(send()->ids, std::vector<std::string>{"42"});
}

TEST_F(dispatcher_test, window_that_another_state_used_last_delays_the_first_request) {
    const boot_time begin = now;
    restore({.window_taken_until = begin + 7s});
    accept("1", {{"eventName", "1"}});
    EXPECT_FALSE(send());
    send_when_ready();
    EXPECT_EQ(now, begin + 7s);
}

TEST_F(dispatcher_test, restored_slots_and_a_held_start_delay_the_first_request) {
    engine_options options = plain_options();
    options.limiter.requests = 2;
    restart(options);
    restore({.slots = {{now + 3s, 1}}, .unanswered = 1});
    accept("42", {});
    EXPECT_EQ(engine->next(now), now + 3s);
    restore({.hold_all_until = now + 5s});
    restore({.hold_all_until = now + 4s});
    EXPECT_EQ(engine->next(now), now + 5s);
}

TEST_F(dispatcher_test, drain_sends_nothing_until_all_is_read_then_does_not_linger) {
    engine_options options = plain_options();
    options.drain = true;
    options.planner.linger = 1s;
    restart(options);
    tell(event::reading_changed{true});
    accept_many(150);
    EXPECT_EQ(engine->next(now + 1h), boot_time::max());
    tell(event::everything_read{});
    EXPECT_EQ(send()->ids.size(), 100U);
    EXPECT_EQ(send()->ids.size(), 50U);
}

TEST_F(dispatcher_test, outcomes_that_wait_for_their_commit_are_bounded) {
    engine_options options = plain_options();
    options.uncommitted_max = 3;
    options.planner.inputs_max = 1;
    restart(options);
    accept_many(10);
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(send());
        deliver();
    }
    EXPECT_FALSE(send());
    EXPECT_EQ(engine->next(now + 1h), boot_time::max());
    EXPECT_EQ(engine->status(now).uncommitted, 3U);
    commit();
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_test, records_that_wait_for_their_commit_are_bounded) {
    engine_options options = plain_options();
    options.uncommitted_records_max = 7;
    options.planner.inputs_max = 1;
    restart(options);
    for (int i = 0; i < 4; ++i) accept_many(4);
    for (int i = 0; i < 2; ++i) { // of four records each
        ASSERT_TRUE(send());
        deliver();
    }
    EXPECT_FALSE(send());
    EXPECT_EQ(engine->next(now + 1h), boot_time::max());
    commit();
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_test, no_more_requests_are_on_the_wire_than_connections) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    options.breaker.connections = 4;
    restart(options);
    accept_many(10);
    for (int i = 0; i < 4; ++i) EXPECT_TRUE(send());
    EXPECT_FALSE(send());
    deliver();
    EXPECT_TRUE(send());
}

TEST_F(dispatcher_test, cancelled_request_loses_nothing_and_takes_no_slot) {
    engine_options options = plain_options();
    options.limiter.requests = 1;
    restart(options);
    accept("42", {{"a", "1"}});
    const sent_request first = *send();
    wire.clear();
    tell(event::not_noted{first.batch});
    EXPECT_EQ(engine->status(now).in_flight, 0U);
    EXPECT_EQ(engine->status(now).failures, 0U);
    accept("42", {{"b", "2"}});
    const sent_request again = send_when_ready();
    EXPECT_EQ(now, story_start + 1s) << "what could not be noted is tried again in a second";
    EXPECT_THAT(again.body, HasSubstr(R"("b":2)"));
    EXPECT_EQ(deliver().outcome.records.size(), 2U);
}

TEST_F(dispatcher_test, stopped_engine_begins_nothing_and_finishes_what_is_under_way) {
    engine_options options = plain_options();
    options.planner.inputs_max = 1;
    restart(options);
    accept_many(2);
    send();
    tell(event::stop_wanted{});
    EXPECT_FALSE(send());
    deliver();
    commit();
    EXPECT_TRUE(engine->idle());
    EXPECT_FALSE(engine->empty());
}

TEST_F(dispatcher_test, connection_that_cannot_be_made_backs_off_and_charges_nobody) {
    accept("42", {{"a", "1"}});
    for (int i = 0; i < 20; ++i) {
        now = engine->next(now);
        ASSERT_NE(now, boot_time::max());
        tell(event::connection_failed{"refused"});
        EXPECT_GT(engine->next(now), now);
    }
    EXPECT_GT(now, story_start + 5min);
    EXPECT_EQ(engine->status(now).breaker, breaker_state::open);
    EXPECT_EQ(engine->status(now).last_failure, "refused");
    const sent_request sent = send_when_ready();
    EXPECT_EQ(deliver().outcome.attempt, 1U);
    EXPECT_EQ(engine->status(now).breaker, breaker_state::closed);
    EXPECT_EQ(sent.ids, std::vector<std::string>{"42"});
}

TEST_F(dispatcher_test, outcome_tells_lane_and_wait_of_its_oldest_change) {
    accept("42", {{"a", "1"}}, lane::bulk);
    wait(700ms);
    accept("43", {{"a", "1"}}, lane::bulk);
    send();
    const batch_outcome outcome = deliver().outcome;
    EXPECT_EQ(outcome.lane, lane::bulk);
    EXPECT_EQ(outcome.queue_wait_ms, 700);
    EXPECT_EQ(outcome.inputs, 2U);
    EXPECT_EQ(outcome.attempt, 1U);
    EXPECT_FALSE(outcome.probe);
}

TEST_F(dispatcher_test, status_counts_what_is_pending_and_how_old_it_is) {
    accept("42", {{"a", "1"}});
    wait(10s);
    accept("42", {{"a", "2"}});
    accept("43", {{"a", "1"}});
    const engine_status status = engine->status(now);
    EXPECT_EQ(status.objects, 2U);
    EXPECT_EQ(status.records, 3U);
    EXPECT_EQ(status.oldest, story_start);
    EXPECT_GT(status.bytes, 0U);
    EXPECT_LT(status.bytes, engine->held_bytes()); // without what stands free between changes
    EXPECT_EQ(status.in_flight, 0U);
    send();
    EXPECT_EQ(engine->status(now).in_flight, 1U);
}

} // namespace
} // namespace hubspool
