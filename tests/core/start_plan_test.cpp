#include "core/books/start_plan.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using ::testing::HasSubstr;

start_facts usual() {
    start_facts facts;
    facts.known = {"ours", 3, 20, 500};
    facts.read_to = {{15, 7}, {12, 3}};
    facts.mark = facts.known;
    facts.named = 18;
    return facts;
}

file_row row_of(std::uint64_t number, bool settled) {
    file_row row;
    row.number = number;
    row.records_in = 3;
    row.counts.delivered = 1;
    if (settled) row.settled = wall_time(std::chrono::hours(1));
    return row;
}

} // namespace

TEST(start_plan, of_the_latest_database_goes_on_where_it_was) {
    const start_plan plan = plan_start(usual());
    EXPECT_FALSE(plan.database_lost);
    EXPECT_EQ(plan.read_to, (frontiers{{15, 7}, {12, 3}}));
    EXPECT_EQ(plan.last_number, 20U);
    EXPECT_EQ(plan.run, 4U);
}

TEST(start_plan, first_of_all_loses_nothing) {
    start_facts facts;
    facts.fresh = true;
    EXPECT_FALSE(plan_start(facts).database_lost);
    facts.named = 1;
    EXPECT_TRUE(plan_start(facts).database_lost);
}

TEST(start_plan, largest_number_is_that_of_any_mention) {
    for (const auto& raise : std::vector<std::function<void(start_facts&)>>{
             [](start_facts& f) { f.named = 99; },
             [](start_facts& f) { f.known.last_number = 99; },
             [](start_facts& f) { f.mark->last_number = 99; },
             [](start_facts& f) { f.read_to.live.file = 99; },
             [](start_facts& f) { f.read_to.bulk.file = 99; },
         }) {
        start_facts facts = usual();
        raise(facts);
        EXPECT_EQ(plan_start(facts).last_number, 99U);
    }
}

TEST(start_plan, scenario_37_stamp_is_the_largest_of_any_mention) {
    for (const auto& raise : std::vector<std::function<void(start_facts&)>>{
             [](start_facts& f) { f.named_stamp = 99; },
             [](start_facts& f) { f.known.last_stamp = 99; },
             [](start_facts& f) { f.mark->last_stamp = 99; },
         }) {
        start_facts facts = usual();
        facts.named_stamp = facts.known.last_stamp = facts.mark->last_stamp = 98;
        raise(facts);
        EXPECT_EQ(plan_start(facts).last_stamp, 99U);
    }
}

TEST(start_plan, scenario_11_of_an_older_database_waits_for_all_of_cur) {
    start_facts facts = usual();
    facts.known.commit = 300;
    const start_plan plan = plan_start(facts);
    EXPECT_THAT(plan.database_lost.value_or(""), HasSubstr("commit 300 of 500"));
    EXPECT_FALSE(plan.foreign);
    EXPECT_EQ(plan.read_to, (frontiers{end_of_file(20), end_of_file(20)}));
}

TEST(start_plan, scenario_46_commits_after_an_older_database_are_above_all_that_were_seen) {
    start_facts facts = usual();
    facts.known.commit = 300;
    EXPECT_EQ(plan_start(facts).commit_above, 500U);
}

TEST(start_plan, database_without_a_mark_beside_it_counts_as_lost) {
    start_facts facts = usual();
    facts.mark.reset();
    EXPECT_THAT(plan_start(facts).database_lost.value_or(""), HasSubstr("cur/.run is missing"));
    EXPECT_FALSE(plan_start(facts).foreign);
}

TEST(start_plan, scenario_34_database_of_another_queue_is_foreign) {
    start_facts facts = usual();
    facts.mark->state_id = "theirs";
    EXPECT_TRUE(plan_start(facts).foreign);
}

// Scenario 47: what has left cur/ may have been delivered, and nobody knows.
TEST(start_plan, scenario_47_beside_a_lost_database_only_what_is_in_cur_is_known_to_be_news) {
    const order_key horizon = horizon_of_lost(file_order{700, 500, 4}, 900, 9);
    const file_order lowest{700, 700, 4}, before{700, 700, 3};
    EXPECT_LE(horizon, lowest.key({}, 0));
    EXPECT_GT(horizon, before.end());
    const order_key empty = horizon_of_lost({}, 900, 9);
    const file_order next{900, 900, 10}, last{900, 900, 9};
    EXPECT_LE(empty, next.key({}, 0)) << "what comes next is never too late";
    EXPECT_GT(empty, last.end());
}

TEST(files_at_start, take_in_what_lies_in_cur_and_close_what_vanished) {
    files_at_start files =
        files_at_start::of({row_of(1, false), row_of(2, true), row_of(3, true), row_of(4, false)},
                           [](const file_row& row) { return row.number >= 3; });
    ASSERT_EQ(files.vanished.size(), 1U) << "file 2 is history";
    EXPECT_EQ(files.vanished[0].number, 1U);
    EXPECT_EQ(files.settled_from(), 3U);
    EXPECT_TRUE(files.open.at(3).row.settled) << "it is only moved";
    files.take_up({4, 2});
    EXPECT_TRUE(files.open.at(4).book.settled.contains(2));
    totals sums;
    sums.records_in = 3;
    files.close_vanished(wall_time(std::chrono::hours(2)), sums);
    EXPECT_EQ(sums.records_in, 1U) << "what has a fate";
    EXPECT_TRUE(files.vanished[0].settled);
}

} // namespace hubspool
