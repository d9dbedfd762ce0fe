// What may be late, held against what the ledger knows: the engine's part of it.
#include "engine_story.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace testing;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr as_of_ms export_cut = 100, live_change = 200;

class ledger_lookups_test : public engine_story {
protected:
    // One record of a file whose stamp is its number times a thousand.
    void accept_of(std::uint64_t file, std::string_view id, field_list fields,
                   std::optional<as_of_ms> as_of = {}) {
        record_block block(file, lane::bulk, ordinals[file]++);
        block.order({file * 1000, file * 1000, file}).record(id, fields);
        if (as_of) block.as_of(*as_of);
        tell(event::records_read{block.block()});
    }
    void knows(const std::string& id, const std::string& field, order_key acknowledged,
               order_key doubt = {}) {
        engine->ledger[id].push_back({{field_kind::property, field}, acknowledged, doubt});
    }
    void send_and_deliver() {
        ASSERT_TRUE(send());
        deliver();
        commit();
    }
    // What the ledger's answer settled without a request.
    std::optional<batch_outcome> settled() {
        engine->next(now);
        auto outcomes = engine->take_outcomes(at_now());
        if (outcomes.empty()) return std::nullopt;
        return std::move(outcomes.front());
    }
    // Of the records of the object, which HubSpot does not know; "z" beside it is delivered.
    std::vector<fate> fates_of_death(const std::string& id) {
        EXPECT_TRUE(send());
        std::vector<fate> found;
        const batch_outcome outcome = answer(207, not_found_body({"z"}, {id})).outcome;
        for (const settled_record& record : outcome.records)
            if (record.file != 2) found.push_back(record.fate);
        return found;
    }
    static std::vector<fate> fates(const batch_outcome& outcome) {
        std::vector<fate> found;
        for (const settled_record& record : outcome.records) found.push_back(record.fate);
        return found;
    }
};

TEST_F(ledger_lookups_test, one_lane_without_as_of_asks_nothing) {
    accept_of(1, "a", {{"eventName", "1"}});
    accept_of(2, "a", {{"eventName", "2"}});
    accept_of(3, "b", {{"eventName", "3"}});
    ASSERT_TRUE(send());
    EXPECT_THAT(engine->looked_up(), IsEmpty());
}

TEST_F(ledger_lookups_test, what_is_not_above_all_that_was_accepted_is_asked_about_before_it_goes) {
    accept_of(2, "a", {{"eventName", "2"}});
    accept_of(3, "b", {{"eventName", "3"}}, export_cut);
    const sent_request sent = *send();
    EXPECT_THAT(engine->looked_up(), ElementsAre("b"));
    EXPECT_TRUE(sent.names("b")); // nothing is known against it
}

// Scenario 40.
TEST_F(ledger_lookups_test, scenario_40_after_a_restart_nothing_of_before_counts_as_news) {
    restart(plain_options());
    event::run_before left;
    left.read_to = {end_of_file(2), end_of_file(2)};
    left.newest_key = {2000, 2, UINT64_MAX};
    restore(std::move(left));
    accept_of(2, "a", {{"eventName", "2"}});
    accept_of(3, "b", {{"eventName", "3"}});
    ASSERT_TRUE(send());
    EXPECT_THAT(engine->looked_up(), ElementsAre("a"));
}

TEST_F(ledger_lookups_test, older_value_is_not_sent_and_newer_ones_beside_it_are) {
    knows("a", "eventName", {live_change, 1, 0});
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}, {"eventType", "3"}}, export_cut);
    const sent_request sent = *send();
    EXPECT_THAT(sent.body, HasSubstr(R"("objectId":"a","eventType":3)"));
    EXPECT_THAT(sent.body, Not(HasSubstr(R"("eventName":3)")));
}

// With a number of its own for its key it would win over what was delivered since.
TEST_F(ledger_lookups_test, scenario_49_replay_sends_what_is_missing_and_nothing_that_is_older) {
    knows("a", "eventName", {3000, 3, 0});
    knows("a", "eventType", {2000, 2, 0});
    record_block again(9, lane::bulk);
    again.order({9000, 2000, 9, file_base{2000, 2}});
    again.record("a", {{"eventName", "2"}, {"eventType", "2"}, {"eventUrl", "2"}});
    accept_of(5, "z", {{"eventName", "5"}});
    tell(event::records_read{again.block()});
    const sent_request sent = *send();
    EXPECT_THAT(engine->looked_up(), ElementsAre("a"));
    EXPECT_THAT(sent.body, HasSubstr(R"("objectId":"a","eventType":2,"eventUrl":2)"));
}

TEST_F(ledger_lookups_test, change_of_which_nothing_is_left_is_settled_without_a_request) {
    knows("a", "eventName", {live_change, 1, 0});
    accept_of(2, "z", {{"eventName", "2"}});
    send_and_deliver();
    accept_of(3, "a", {{"eventName", "3"}}, export_cut);
    const std::optional<batch_outcome> outcome = settled();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->batch, 0U);
    EXPECT_EQ(outcome->inputs, 0U);
    EXPECT_THAT(fates(*outcome), ElementsAre(fate::overtaken));
    EXPECT_FALSE(send());
    EXPECT_FALSE(engine->empty()); // until it is durable
    tell(event::outcome_stored{outcome->ticket});
    EXPECT_TRUE(engine->empty());
}

TEST_F(ledger_lookups_test, value_of_the_same_key_goes_again) {
    knows("a", "eventName", {export_cut, 3, 0});
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}}, export_cut);
    EXPECT_TRUE(send()->names("a"));
}

TEST_F(ledger_lookups_test, custom_property_is_not_held_against_the_field_of_its_name) {
    knows("a", "eventName", {live_change, 1, 0});
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"$eventName", "3"}}, export_cut);
    EXPECT_TRUE(send()->names("a"));
}

// Scenario 38.
TEST_F(ledger_lookups_test, scenario_38_late_record_waits_until_the_newer_one_is_durable) {
    accept_of(2, "a", {{"eventName", "2"}});
    ASSERT_TRUE(send());
    accept_of(3, "a", {{"eventName", "3"}}, export_cut);
    EXPECT_FALSE(send());
    deliver();
    EXPECT_FALSE(send());
    EXPECT_THAT(engine->looked_up(), IsEmpty()); // acknowledged, and not committed
    knows("a", "eventName", {2000, 2, 0});
    commit();
    EXPECT_TRUE(settled());
    EXPECT_THAT(engine->looked_up(), ElementsAre("a"));
    EXPECT_FALSE(send());
}

// Scenario 39.
TEST_F(ledger_lookups_test, scenario_39_older_record_that_joins_later_is_looked_up_as_well) {
    pause();
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}}, live_change);
    resume();
    engine->next(now);
    EXPECT_THAT(engine->looked_up(), ElementsAre("a"));
    knows("a", "eventType", {live_change, 1, 0});
    accept_of(4, "a", {{"eventType", "4"}}, export_cut);
    const sent_request sent = *send();
    EXPECT_THAT(engine->looked_up(), ElementsAre("a"));
    EXPECT_THAT(sent.body, Not(HasSubstr(R"("eventType":4)")));
}

// What took the place of its other value dies, and nothing as new was ever acknowledged.
TEST_F(ledger_lookups_test, record_that_lost_a_part_to_the_ledger_dies_with_what_took_the_rest) {
    knows("a", "eventName", {live_change, 1, 0});
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}, {"eventType", "3"}}, export_cut);
    accept_of(4, "a", {{"eventType", "4"}});
    EXPECT_THAT(fates_of_death("a"), ElementsAre(fate::dead, fate::dead));
}

// Scenario 51.
TEST_F(ledger_lookups_test, scenario_51_record_that_lost_all_to_the_ledger_does_not_die) {
    knows("a", "eventName", {live_change, 1, 0});
    knows("a", "eventUrl", {live_change, 1, 0});
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}, {"eventUrl", "3"}}, export_cut);
    accept_of(4, "a", {{"eventType", "4"}});
    EXPECT_THAT(fates_of_death("a"), ElementsAre(fate::overtaken, fate::dead));
}

// Scenario 44.
TEST_F(ledger_lookups_test, scenario_44_value_below_a_doubt_asks_a_person) {
    knows("a", "eventName", {export_cut, 1, 0}, {live_change, 2, 0});
    accept_of(3, "z", {{"eventName", "3"}});
    send_and_deliver();
    accept_of(4, "a", {{"eventName", "4"}}, 150);
    const std::optional<batch_outcome> outcome = settled();
    ASSERT_TRUE(outcome);
    ASSERT_EQ(outcome->dead_letters.size(), 1U);
    EXPECT_EQ(outcome->dead_letters[0].category, "in_doubt");
    EXPECT_EQ(outcome->dead_letters[0].object_id, "a");
    EXPECT_THAT(fates(*outcome), ElementsAre(fate::dead));
    EXPECT_FALSE(send());
}

TEST_F(ledger_lookups_test, value_not_below_a_doubt_goes) {
    knows("a", "eventName", {export_cut, 1, 0}, {live_change, 2, 0});
    accept_of(3, "z", {{"eventName", "3"}});
    accept_of(4, "a", {{"eventName", "4"}}, live_change);
    EXPECT_TRUE(send()->names("a"));
}

TEST_F(ledger_lookups_test, what_is_below_the_horizon_is_a_dead_letter_at_its_decoding) {
    restart(plain_options());
    event::run_before left;
    left.horizon = {1500, 1, 0};
    restore(std::move(left));
    record_block block(2, lane::bulk);
    block.order({2000, 2000, 2}).record("a", {{"eventName", "1"}}, "ref").as_of(1499);
    block.record("b", {{"eventName", "2"}}).as_of(1500);
    const std::optional<batch_outcome> outcome = engine->accept(block.block(), at_now());
    ASSERT_TRUE(outcome);
    ASSERT_EQ(outcome->dead_letters.size(), 1U);
    const dead_letter& letter = outcome->dead_letters[0];
    EXPECT_EQ(letter.category, "too_late");
    EXPECT_EQ(letter.object_id, "a");
    EXPECT_THAT(letter.content, HasSubstr(R"("eventName":1)"));
    EXPECT_EQ(letter.records[0].reference, "ref");
    EXPECT_THAT(send()->ids, ElementsAre("b"));
}

TEST_F(ledger_lookups_test, what_is_below_the_horizon_of_a_trim_dies_alone) {
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}});
    tell(event::history_trimmed{{export_cut, 4, 0}});
    accept_of(4, "a", {{"eventUrl", "4"}}, export_cut - 1);
    const std::optional<batch_outcome> outcome = settled();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->dead_letters.at(0).category, "too_late");
    EXPECT_THAT(outcome->dead_letters.at(0).content, Not(HasSubstr("eventName")));
    EXPECT_THAT(send()->ids, ElementsAre("z", "a"));
}

// Scenario 48.
TEST_F(ledger_lookups_test, scenario_48_what_a_trim_has_passed_meanwhile_asks_a_person) {
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}}, export_cut);
    engine->horizon = {export_cut, 4, 0};
    const std::optional<batch_outcome> outcome = settled();
    ASSERT_TRUE(outcome);
    ASSERT_EQ(outcome->dead_letters.size(), 1U);
    EXPECT_EQ(outcome->dead_letters[0].category, "too_late");
    EXPECT_THAT(fates(*outcome), ElementsAre(fate::dead));
}

// Whatever becomes of the rest of its change.
TEST_F(ledger_lookups_test, record_of_which_hubspot_has_all_newer_needs_nobody) {
    knows("a", "eventName", {live_change, 1, 0});
    knows("a", "eventUrl", {50, 1, 0}, {live_change, 2, 0});
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}}, export_cut);
    accept_of(3, "a", {{"eventUrl", "3"}}, export_cut);
    const std::optional<batch_outcome> outcome = settled();
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->dead_letters.at(0).category, "in_doubt");
    EXPECT_THAT(outcome->dead_letters.at(0).records, SizeIs(1));
    EXPECT_THAT(fates(*outcome), ElementsAre(fate::overtaken, fate::dead));
}

TEST_F(ledger_lookups_test, what_the_ledger_settles_is_progress_of_a_drain) {
    knows("a", "eventName", {live_change, 1, 0});
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}}, export_cut);
    const std::uint64_t before = engine->facts().delivered;
    ASSERT_TRUE(settled());
    EXPECT_GT(engine->facts().delivered, before);
}

TEST_F(ledger_lookups_test, pause_holds_lookups_and_other_parks_do_not) {
    accept_of(2, "z", {{"eventName", "2"}});
    accept_of(3, "a", {{"eventName", "3"}}, export_cut);
    pause();
    engine->next(now);
    EXPECT_THAT(engine->looked_up(), IsEmpty());
    resume();
    engine->next(now);
    EXPECT_THAT(engine->looked_up(), ElementsAre("a"));
}

} // namespace
} // namespace hubspool
