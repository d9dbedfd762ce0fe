// How a run goes on: its ticks and rests, what operators want, its status.
#include "run_story.hpp"

namespace hubspool {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

using namespace std::chrono_literals;

using engine_run_test = testing::run_story;

// Ticks.

TEST_F(engine_run_test, run_begins_with_what_operators_want_and_ticks_in_a_second) {
    begin();
    EXPECT_THAT(actions(), ElementsAre("ask_operators"));
    EXPECT_EQ(waits, now + 1s);
}

TEST_F(engine_run_test, engine_whose_run_has_not_begun_never_ticks) {
    core.emplace(engine_options{});
    EXPECT_THAT(actions(), IsEmpty());
    EXPECT_EQ(waits, boot_time::max());
}

TEST_F(engine_run_test, tick_looks_around_asks_operators_and_tells_the_status_in_this_order) {
    begin_unpaused();
    tell(event::reading_changed{true});
    actions();
    nobody_asks();
    EXPECT_THAT(tick(), ElementsAre("look_around", "ask_operators", "publish_status"));
    EXPECT_EQ(waits, now + 1s);
    EXPECT_THAT(actions(), IsEmpty()) << "a second has not passed";
}

TEST_F(engine_run_test, request_that_is_not_read_is_asked_for_once) {
    begin();
    tell(event::reading_changed{true});
    actions();
    EXPECT_THAT(tick(), Not(Contains("ask_operators")));
}

TEST_F(engine_run_test, tick_comes_also_while_a_connection_is_made) {
    begin_unpaused();
    tell(event::reading_changed{true});
    nobody_asks();
    accept("1");
    actions();
    nobody_asks();
    batch = 0;
    (void)core->next(at_now(), false);
    now += 1s;
    EXPECT_TRUE(std::holds_alternative<action::look_around>(core->next(at_now(), false)));
}

// Rest.

TEST_F(engine_run_test, second_tick_with_nothing_to_do_begins_a_rest_of_ten_minutes_at_most) {
    begin_unpaused();
    EXPECT_THAT(tick(),
                ElementsAre("note_files", "look_around", "ask_operators", "publish_status"));
    EXPECT_TRUE(status.resting);
    nobody_asks();
    tell(event::day_told{{wall_time((now + 24h).time_since_epoch()), now + 24h}});
    EXPECT_THAT(tick(), ElementsAre("begin_rest"));
    EXPECT_EQ(waits, now + 10min);
}

TEST_F(engine_run_test, rest_ends_with_the_day_of_the_quota) {
    begin_unpaused();
    tell(event::day_told{{wall_time((now + 3min).time_since_epoch()), now + 3min}});
    come_to_rest();
    EXPECT_EQ(waits, boot_time(1'000'000s) + 3min);
}

TEST_F(engine_run_test, what_comes_between_two_quiet_ticks_puts_off_the_rest) {
    begin_unpaused();
    tick();
    nobody_asks();
    tell(event::others_wrote{});
    actions();
    nobody_asks();
    EXPECT_THAT(tick(), Contains("note_files"));
}

TEST_F(engine_run_test, credential_that_changes_puts_off_the_rest) {
    begin_unpaused();
    tick();
    nobody_asks();
    tell(event::credential_adopted{});
    EXPECT_THAT(tick(), Contains("note_files"));
}

TEST_F(engine_run_test, outcome_that_is_not_durable_keeps_it_awake) {
    begin_unpaused();
    accept_bad();
    actions();
    nobody_asks();
    EXPECT_THAT(tick(), Not(Contains("note_files")));
    nobody_asks();
    commit();
    EXPECT_THAT(tick(), Contains("note_files"));
}

TEST_F(engine_run_test, request_of_operators_that_is_not_read_keeps_it_awake) {
    begin();
    actions();
    EXPECT_THAT(tick(), Not(Contains("note_files")));
}

TEST_F(engine_run_test, change_of_others_ends_the_rest_with_a_look) {
    begin_unpaused();
    come_to_rest();
    now += 5min;
    tell(event::others_wrote{});
    EXPECT_THAT(actions(), ElementsAre("ask_operators", "look_around"));
    EXPECT_EQ(waits, now + 1s);
}

TEST_F(engine_run_test, change_of_the_credential_ends_the_rest) {
    begin_unpaused();
    come_to_rest();
    tell(event::token_not_had{"no route"});
    actions();
    EXPECT_EQ(waits, now + 1s);
}

TEST_F(engine_run_test, rest_that_nothing_ends_is_ended_by_its_time) {
    begin_unpaused();
    tell(event::day_told{{wall_time((now + 24h).time_since_epoch()), now + 24h}});
    come_to_rest();
    now = waits;
    EXPECT_THAT(actions(), ElementsAre("ask_operators", "look_around"));
    nobody_asks();
    EXPECT_THAT(tick(), Contains("note_files"));
}

// What comes to idleness.

TEST_F(engine_run_test, record_that_comes_to_rest_waits_for_a_look_and_for_operators) {
    begin_unpaused();
    come_to_rest();
    accept("1");
    EXPECT_THAT(actions(), ElementsAre("ask_operators", "look_around"));
    nobody_asks();
    EXPECT_THAT(actions(), ElementsAre("send"));
}

TEST_F(engine_run_test, pause_of_before_a_record_holds_it_also_when_there_was_no_rest_yet) {
    begin_unpaused();
    accept("1");
    EXPECT_THAT(actions(), ElementsAre("ask_operators", "look_around"));
    pause_is_read();
    EXPECT_THAT(actions(), ElementsAre("persist_parks"));
    resume_is_read();
    EXPECT_THAT(actions(), ElementsAre("persist_parks", "send"));
}

// No rest is possible then: the limit comes back with each quiet window. A hold, a park and other
// clients of the account keep it from resting in the same way.
TEST_F(engine_run_test, pause_of_before_a_record_holds_it_also_while_the_limit_recovers) {
    begin_unpaused();
    accept("1");
    actions();
    nobody_asks();
    actions();
    answer(429, R"({"policyName":"TEN_SECONDLY_ROLLING"})");
    now += 30s;
    deliver_all();
    nobody_asks();
    ASSERT_TRUE(core->empty());
    ASSERT_FALSE(core->at_rest(now));

    accept("2");
    EXPECT_THAT(actions(), ElementsAre("ask_operators", "look_around"));
    pause_is_read();
    EXPECT_THAT(actions(), ElementsAre("persist_parks"));
}

TEST_F(engine_run_test, record_that_comes_before_a_tick_was_carried_out_waits_for_operators) {
    begin_unpaused();
    now += 1s;
    (void)core->next(at_now(), true); // the first action of the tick; others wait
    accept("1");
    EXPECT_THAT(actions(), Not(Contains("send")));
}

TEST_F(engine_run_test, answer_of_before_a_record_does_not_count) {
    begin(); // and asks operators
    actions();
    accept("1");
    EXPECT_THAT(actions(), ElementsAre("look_around"));
    nobody_asks(); // read before the record came
    EXPECT_THAT(actions(), ElementsAre("ask_operators"));
    pause_is_read();
    EXPECT_THAT(actions(), ElementsAre("persist_parks"));
}

TEST_F(engine_run_test, database_that_cannot_be_read_holds_what_came_to_idleness) {
    begin_unpaused();
    accept("1");
    actions();
    tell(event::operators_read{});
    EXPECT_THAT(tick(), Contains("ask_operators"));
    EXPECT_EQ(batch, 0U);
    nobody_asks();
    EXPECT_THAT(actions(), ElementsAre("send"));
}

TEST_F(engine_run_test, what_comes_to_work_waits_for_nobody) {
    begin_unpaused();
    accept("1");
    actions();
    nobody_asks();
    actions();
    accept("2");
    EXPECT_THAT(actions(), ElementsAre("send"));
}

// What operators have written down while there is work: nothing more goes before it is read.
TEST_F(engine_run_test, what_operators_wrote_is_heeded_before_the_next_request) {
    begin_unpaused();
    accept("1");
    actions();
    nobody_asks();
    ASSERT_THAT(actions(), ElementsAre("send"));
    accept("2");
    tell(event::operators_wrote{});
    EXPECT_THAT(actions(), ElementsAre("ask_operators", "look_around"));
    pause_is_read();
    EXPECT_THAT(actions(), ElementsAre("persist_parks"));
    EXPECT_EQ(core->parks().size(), 1U);
}

TEST_F(engine_run_test, answer_of_before_operators_wrote_does_not_count) {
    begin(); // and asks operators
    actions();
    tell(event::operators_wrote{});
    nobody_asks(); // read before they wrote
    EXPECT_THAT(actions(), Contains("ask_operators"));
    pause_is_read();
    EXPECT_THAT(actions(), ElementsAre("persist_parks"));
}

TEST_F(engine_run_test, what_operators_wrote_ends_a_rest) {
    begin_unpaused();
    come_to_rest();
    tell(event::operators_wrote{});
    EXPECT_THAT(actions(), ElementsAre("ask_operators", "look_around"));
    EXPECT_EQ(waits, now + 1s);
}

TEST_F(engine_run_test, before_and_after_a_run_nobody_is_asked) {
    core.emplace(engine_options{});
    tell(event::operators_wrote{});
    EXPECT_THAT(actions(), IsEmpty());
    begin_unpaused();
    tell(event::stop_wanted{});
    actions();
    tell(event::operators_wrote{});
    EXPECT_THAT(actions(), Not(Contains("ask_operators")));
}

TEST_F(engine_run_test, flush_sends_again_what_waits_after_a_failure) {
    begin_unpaused();
    accept("1");
    actions();
    nobody_asks();
    actions();
    answer(423, "{}"); // waits two seconds at least
    EXPECT_THAT(actions(), Not(Contains("send")));
    commit();
    ASSERT_THAT(actions(), Not(Contains("send")));
    tell(event::flush_wanted{});
    EXPECT_THAT(actions(), ElementsAre("send"));
}

TEST_F(engine_run_test, flush_ends_no_pause) {
    begin();
    actions();
    pause_is_read();
    accept("1");
    actions();
    tell(event::flush_wanted{});
    EXPECT_THAT(actions(), Not(Contains("send")));
}

// Status, memory.

TEST_F(engine_run_test, status_is_told_when_it_changes_and_every_five_seconds) {
    begin_unpaused();
    tell(event::reading_changed{true});
    actions();
    std::vector<bool> told;
    for (int i = 0; i < 7; ++i) {
        nobody_asks();
        if (i == 2) tell(event::credential_watched{"the token file is empty"});
        tick();
        told.push_back(done.back() == "publish_status");
    }
    EXPECT_EQ(told, (std::vector<bool>{true, false, true, false, false, false, false}));
    EXPECT_EQ(status.credential_waits, "the token file is empty");
    EXPECT_EQ(status.command, "run");
    EXPECT_FALSE(status.resting);
    nobody_asks();
    EXPECT_EQ(tick().back(), "publish_status");
}

TEST_F(engine_run_test, status_counts_the_requests_and_records_of_the_run) {
    begin_unpaused();
    accept("1");
    actions();
    nobody_asks();
    deliver_all();
    accept_bad();
    tick();
    EXPECT_EQ(status.run.requests, 1U);
    EXPECT_EQ(status.run.delivered, 1U);
    EXPECT_EQ(status.run.dead_lettered, 1U);
    EXPECT_EQ(status.run.sent.answered, 1U);
}

TEST_F(engine_run_test, outcomes_are_held_in_memory_until_they_are_durable) {
    begin_unpaused();
    accept_bad();
    actions();
    EXPECT_EQ(core->held_bytes(), bytes);
    EXPECT_GE(bytes, sizeof(batch_outcome));
    commit();
    EXPECT_EQ(core->held_bytes(), 0U);
}

TEST_F(engine_run_test, memory_is_given_back_when_reading_pauses_after_much_was_read) {
    begin_unpaused();
    const std::string value(give_back_rule::give_back_after_bytes, 'x');
    testing::record_block block;
    block.record("1", {{"eventName", '"' + value + '"'}});
    tell(event::records_read{block.block()});
    EXPECT_THAT(actions(), Not(Contains("give_back_memory")));
    tell(event::reading_changed{false});
    EXPECT_THAT(actions(), Contains("give_back_memory"));
}

} // namespace
} // namespace hubspool
