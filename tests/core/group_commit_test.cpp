#include "core/books/group_commit.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class group_commit_test : public ::testing::Test {
protected:
    void answer(std::uint64_t batch, std::size_t bytes = 0) {
        batch_outcome outcome;
        outcome.batch = batch;
        gathered.add(std::move(outcome), bytes);
    }
    const commit_unit& close() {
        return gathered.close(books, {wall_time(1h), [](const file_row&) { return std::nullopt; },
                                      [](const file_row&, const std::string&) { FAIL(); }});
    }
    group_commit::durable commit(boot_time now = start) {
        (void)close();
        return gathered.committed(books, now);
    }

    queue_books books;
    totals before{.records_in = 10, .requests = 7};
    group_commit gathered{before, 41};
};

} // namespace

TEST_F(group_commit_test, nothing_is_due_at_first_or_after_a_commit) {
    EXPECT_FALSE(gathered.due(books));
    answer(1);
    EXPECT_TRUE(gathered.due(books));
    commit();
    EXPECT_FALSE(gathered.due(books));
    EXPECT_THAT(close().outcomes, IsEmpty());
}

TEST_F(group_commit_test, number_that_was_given_waits_for_something_else) {
    gathered.number_given(42);
    EXPECT_FALSE(gathered.due(books));
    answer(1);
    EXPECT_EQ(close().last_number, 42U);
}

TEST_F(group_commit_test, last_number_never_falls) {
    gathered.number_given(3);
    EXPECT_EQ(close().last_number, 41U);
}

TEST_F(group_commit_test, rows_in_the_books_make_a_commit_due_and_are_in_it_once) {
    file_row row;
    row.number = 1;
    books.started(row);
    books.read_to_end(1, 0, {}, start);
    EXPECT_TRUE(gathered.due(books));
    EXPECT_THAT(close().files, SizeIs(1));
    gathered.committed(books, start);
    EXPECT_FALSE(gathered.due(books));
    EXPECT_THAT(close().files, IsEmpty());
}

TEST_F(group_commit_test, totals_go_on_from_the_runs_before) {
    answer(1);
    answer(2);
    answer(0);
    file_row row;
    row.number = 1;
    books.started(row);
    books.read_to_end(1, 5, {}, start);
    books.take_waiting_rows(start + queue_books::row_wait);
    const commit_unit& unit = close();
    EXPECT_EQ(unit.totals->requests, 9U) << "what reading found took no request";
    EXPECT_EQ(unit.totals->records_in, 15U);
}

TEST_F(group_commit_test, frontier_of_each_lane_is_raised_and_never_lowered) {
    gathered.raise_frontier(lane::live, {5, 10});
    gathered.raise_frontier(lane::bulk, {3, 7});
    gathered.raise_frontier(lane::live, {4, 99});
    EXPECT_EQ(close().read_to, (frontiers{{5, 10}, {3, 7}}));
}

TEST_F(group_commit_test, what_became_durable_is_told_once) {
    answer(1, 100);
    answer(2, 11);
    gathered.raise_frontier(lane::bulk, {5, 10});
    gathered.count_day({wall_time(2h), 30});
    const group_commit::durable told = commit();
    EXPECT_THAT(told.tickets, ElementsAre(1U, 2U));
    EXPECT_EQ(told.bytes, 111U);
    EXPECT_EQ(told.read_to, (frontiers{{}, {5, 10}}));
    EXPECT_EQ(told.today->used, 30U);
    answer(3, 5);
    const group_commit::durable next = commit();
    EXPECT_THAT(next.tickets, ElementsAre(3U));
    EXPECT_EQ(next.bytes, 5U);
    EXPECT_EQ(next.read_to, frontiers{});
    EXPECT_FALSE(next.today);
}

TEST_F(group_commit_test, last_portal_of_a_commit_counts_and_what_was_anothers_stays_so) {
    answer(1);
    gathered.change_portal({"222", true});
    answer(2);
    gathered.change_portal({"111", false});
    const commit_unit unit = gathered.close(books, {});
    ASSERT_TRUE(unit.portal);
    EXPECT_EQ(unit.portal->change.id, "111");
    EXPECT_TRUE(unit.portal->change.is_from_another);
    EXPECT_EQ(unit.portal->outcomes_before, 2U);
}

TEST(history_portal, same_portal_changes_nothing_and_the_first_takes_what_was_nobodys) {
    history_portal portal;
    const auto first = portal.proved(111);
    ASSERT_TRUE(first);
    EXPECT_EQ(first->id, "111");
    EXPECT_FALSE(first->is_from_another);
    EXPECT_FALSE(portal.proved(111));
}

TEST(history_portal, scenario_54_another_one_and_back_again_is_another_each_time) {
    history_portal portal("111");
    EXPECT_FALSE(portal.proved(111));
    const auto another = portal.proved(222);
    ASSERT_TRUE(another);
    EXPECT_TRUE(another->is_from_another);
    EXPECT_EQ(portal.id(), "222");
    const auto back = portal.proved(111);
    ASSERT_TRUE(back);
    EXPECT_TRUE(back->is_from_another);
}

TEST_F(group_commit_test, lone_outcome_waits_for_no_other) {
    answer(1);
    commit();
    answer(2);
    EXPECT_EQ(gathered.wait_for_more(books, start + 1ms), 0ms);
}

TEST_F(group_commit_test, outcomes_that_come_fast_wait_for_one_another_up_to_the_most) {
    answer(1);
    answer(2);
    commit();
    EXPECT_EQ(gathered.wait_for_more(books, start + 1ms), 0ms) << "there is nothing to commit";
    answer(3);
    EXPECT_EQ(gathered.wait_for_more(books, start + 1ms), group_commit::wait_max - 1ms);
    EXPECT_EQ(gathered.wait_for_more(books, start + 10ms), 0ms);
}

TEST_F(group_commit_test, what_sending_waits_for_waits_for_no_outcome) {
    const auto make_urgent = [this](int which) {
        if (which == 0) gathered.raise_frontier(lane::live, {5, 10});
        if (which == 1) gathered.count_day({});
        if (which == 2) gathered.replace_parks({});
    };
    for (const int which : {0, 1, 2}) {
        answer(1);
        answer(2);
        commit();
        answer(3);
        ASSERT_GT(gathered.wait_for_more(books, start), 0ms);
        make_urgent(which);
        EXPECT_EQ(gathered.wait_for_more(books, start), 0ms) << which;
        commit();
    }
}

} // namespace hubspool
