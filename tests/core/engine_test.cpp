// What is to be done after what happened: the engine's actions, and their order.
#include "core/engine/engine.hpp"
#include "record_block.hpp"
#include "support/api_answer.hpp"
#include "support/printing.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::record_block;

class engine_test : public ::testing::Test {
protected:
    engine_test() : core(quick()) {
        tell(event::frontiers_stored{{end_of_file(1000), end_of_file(1000)}});
    }

    static engine_options quick() {
        engine_options options;
        options.planner.linger = 0ms;
        options.planner.inputs_max = 1;
        options.mapper.look_at_echo = false;
        return options;
    }
    moment at_now() const { return {now, wall_time(now.time_since_epoch()), 0.5}; }
    void tell(event::any happened) { core.handle(std::move(happened), at_now()); }
    void accept(std::string_view id) {
        record_block block(1, lane::live, ordinal++);
        block.record(id, {{"eventName", "1"}});
        tell(event::records_read{block.block()});
    }
    action::any next(bool connection_ready = true) { return core.next(at_now(), connection_ready); }
    // The next action, which has to be of this kind.
    template <class Kind>
    Kind take(bool connection_ready = true) {
        action::any a = next(connection_ready);
        EXPECT_TRUE(std::holds_alternative<Kind>(a)) << "action " << a.index();
        if (auto* const one = std::get_if<Kind>(&a)) return std::move(*one);
        return Kind{};
    }
    static api_response delivered(const std::string& id) {
        return testing::api_answer(200, R"({"status":"COMPLETE","results":[{"objectId":")" + id +
                                            "\"}]}");
    }

    engine core;
    boot_time now = start;
    std::uint64_t ordinal = 0;
};

TEST_F(engine_test, engine_without_work_is_at_rest) {
    const auto wait = take<action::wait_until>();
    EXPECT_EQ(wait.at, never);
    EXPECT_TRUE(core.at_rest(now));
}

TEST_F(engine_test, one_connection_is_made_at_a_time_and_only_for_what_is_due) {
    EXPECT_TRUE(std::holds_alternative<action::wait_until>(next(false)));
    accept("1");
    take<action::connect>(false);
    const auto wait = take<action::wait_until>(false);
    EXPECT_EQ(wait.at, never);
    tell(event::connection_made{});
    take<action::connect>(false);
}

TEST_F(engine_test, failed_connection_is_said_and_holds_sending) {
    accept("1");
    take<action::connect>(false);
    tell(event::connection_failed{"no route"});
    EXPECT_EQ(take<action::log_warning>().words, "no connection: no route");
    EXPECT_EQ(take<action::wait_until>().at, now + 500ms);
    now += 500ms;
    take<action::connect>(false);
}

TEST_F(engine_test, token_that_cannot_be_had_is_an_outage_of_which_its_caller_speaks) {
    accept("1");
    tell(event::token_not_had{"no route"});
    EXPECT_EQ(core.status(now).failures, 1U);
    EXPECT_GT(take<action::wait_until>().at, now);
}

TEST_F(engine_test, end_of_a_request_is_noted_before_its_outcome_is_persisted) {
    accept("1");
    const auto sent = take<action::send_request>();
    EXPECT_THAT(sent.request.object_ids, ElementsAre("1"));
    const api_response response = delivered("1");
    tell(event::answer_came{sent.request.batch, response});
    const auto ended = take<action::end_request>();
    EXPECT_EQ(ended.batch, sent.request.batch);
    EXPECT_TRUE(ended.conclusive);
    EXPECT_GT(ended.slot_release, now);
    EXPECT_EQ(take<action::persist_outcome>().outcome.delivered, 1U);
    EXPECT_FALSE(core.facts().everything_settled);
    tell(event::outcome_stored{sent.request.batch});
    EXPECT_TRUE(core.facts().everything_settled);
}

TEST_F(engine_test, request_without_an_answer_may_still_land) {
    accept("1");
    const auto sent = take<action::send_request>();
    const api_response lost;
    tell(event::answer_came{sent.request.batch, lost});
    EXPECT_FALSE(take<action::end_request>().conclusive);
}

TEST_F(engine_test, request_that_is_not_noted_goes_again_in_a_second_and_nobody_is_blamed) {
    accept("1");
    const auto sent = take<action::send_request>();
    tell(event::not_noted{sent.request.batch});
    EXPECT_EQ(take<action::wait_until>().at, now + 1s);
    EXPECT_EQ(core.status(now).held_by, hold_cause::not_noted);
    EXPECT_EQ(core.status(now).failures, 0U);
    EXPECT_EQ(core.status(now).today.used, 0U);
    now += 1s;
    EXPECT_EQ(take<action::send_request>().request.body, sent.request.body);
}

TEST_F(engine_test, dead_letters_of_a_block_are_persisted_without_a_batch) {
    record_block block;
    block.bad("no JSON");
    tell(event::records_read{block.block()});
    const batch_outcome outcome = take<action::persist_outcome>().outcome;
    EXPECT_EQ(outcome.batch, 0U);
    EXPECT_EQ(outcome.dead_lettered, 1U);
}

TEST_F(engine_test, parks_are_persisted_once_after_each_change_with_those_before) {
    tell(event::operators_read{{{true, 0}}});
    const auto paused = take<action::persist_parks>();
    EXPECT_TRUE(paused.before.empty());
    ASSERT_EQ(paused.now.size(), 1U);
    EXPECT_EQ(paused.now[0].reason, park_reason::paused);
    take<action::wait_until>();
    tell(event::operators_read{{{false, 1}}});
    const auto resumed = take<action::persist_parks>();
    EXPECT_EQ(resumed.before.size(), 1U);
    EXPECT_TRUE(resumed.now.empty());
    tell(event::operators_read{{{false, 2}}});
    take<action::wait_until>();
}

TEST_F(engine_test, nothing_goes_before_the_count_of_the_day_is_durable) {
    tell(event::day_told{{wall_time((now + 1h).time_since_epoch()), now + 1h}});
    tell(event::run_before{.requests_today = day_count{}});
    accept("1");
    take<action::wait_until>(); // a program that crashes at each start counts nothing
    tell(event::frontiers_passed{});
    const auto count = take<action::persist_day_count>();
    take<action::wait_until>();
    tell(event::day_count_stored{count.count});
    take<action::send_request>();
}

TEST_F(engine_test, further_count_of_the_day_is_asked_for_after_an_answer_and_not_while_sending) {
    tell(event::day_told{{wall_time((now + 1h).time_since_epoch()), now + 1h}});
    tell(event::run_before{.requests_today = day_count{}});
    for (const char* const id : {"1", "2", "3"}) accept(id);
    tell(event::frontiers_passed{});
    tell(event::day_count_stored{take<action::persist_day_count>().count});
    const auto first = take<action::send_request>();
    take<action::send_request>();
    take<action::send_request>();
    const api_response response = delivered("1");
    tell(event::answer_came{first.request.batch, response});
    take<action::end_request>();
    take<action::persist_outcome>();
    take<action::persist_day_count>();
}

TEST_F(engine_test, account_is_asked_before_anything_is_sent_and_one_check_at_a_time) {
    tell(event::credential_offered{true, {}});
    accept("1");
    take<action::ask_account>();
    take<action::wait_until>();
    const api_response ours = testing::account_answer(111);
    tell(event::account_answered{ours});
    EXPECT_EQ(take<action::end_request>().batch, 0U);
    EXPECT_TRUE(take<action::judge_credential>().effect.proved);
    take<action::send_request>();
}

TEST_F(engine_test, account_check_that_is_not_noted_is_asked_again_in_a_second) {
    tell(event::credential_offered{true, {}});
    take<action::ask_account>();
    tell(event::not_noted{0});
    EXPECT_EQ(take<action::wait_until>().at, now + 1s);
    now += 1s;
    take<action::ask_account>();
}

TEST_F(engine_test, park_of_this_run_is_confirmed_and_a_restored_one_is_not) {
    event::run_before left;
    left.parks.push_back({park_reason::forbidden, {}, "words", 1min, now});
    tell(std::move(left));
    EXPECT_EQ(take<action::persist_parks>().now.size(), 1U);
    EXPECT_FALSE(core.facts().parks_confirmed);
    tell(event::credential_refused{{park_reason::unauthorized, "re-install the app", {}}});
    EXPECT_EQ(take<action::persist_parks>().now.size(), 2U);
    EXPECT_TRUE(core.facts().parks_confirmed);
}

TEST_F(engine_test, account_check_under_way_is_waited_for_by_a_stop) {
    tell(event::credential_offered{true, {}});
    take<action::ask_account>();
    tell(event::stop_wanted{});
    take<action::stop_reading>();
    take<action::wait_until>();
    const api_response lost;
    tell(event::account_answered{lost});
    take<action::end_request>();
    take<action::judge_credential>();
    take<action::persist_day_count>();
    take<action::close_books>();
}

TEST_F(engine_test, outcomes_that_wait_for_their_commit_hold_sending_when_they_are_many) {
    engine_options few = quick();
    few.uncommitted_max = 1;
    engine small(few);
    small.handle(event::frontiers_stored{{end_of_file(1000), end_of_file(1000)}}, at_now());
    record_block block;
    block.record("1", {{"eventName", "1"}}).record("2", {{"eventName", "1"}});
    small.handle(event::records_read{block.block()}, at_now());
    const auto sent = std::get<action::send_request>(small.next(at_now(), true));
    const api_response response = delivered("1");
    small.handle(event::answer_came{sent.request.batch, response}, at_now());
    (void)small.next(at_now(), true); // its end
    (void)small.next(at_now(), true); // its outcome
    EXPECT_TRUE(std::holds_alternative<action::wait_until>(small.next(at_now(), true)));
    EXPECT_TRUE(small.status(now).outcomes_full);
    small.handle(event::outcome_stored{sent.request.batch}, at_now());
    EXPECT_TRUE(std::holds_alternative<action::send_request>(small.next(at_now(), true)));
}

} // namespace
} // namespace hubspool
