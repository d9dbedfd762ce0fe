#include "core/reading/lane_turns.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

constexpr lane_turns::place waits{false, false, 5}, ready{true, false, 5},
    ready_later{true, false, 9}, behind{true, true, 9};

TEST(lane_turns, lane_that_waits_does_not_hold_up_the_other) {
    lane_turns turns(false);
    EXPECT_EQ(turns.next({waits, waits}), std::nullopt);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(turns.next({ready_later, waits}), lane::live);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(turns.next({waits, ready}), lane::bulk);
}

TEST(lane_turns, lanes_take_turns_and_live_begins) {
    lane_turns turns(false);
    EXPECT_EQ(turns.next({ready_later, ready}), lane::live);
    EXPECT_EQ(turns.next({ready_later, ready}), lane::bulk);
    EXPECT_EQ(turns.next({ready_later, ready}), lane::live);
}

TEST(lane_turns, drain_reads_in_the_order_of_numbers_while_it_can) {
    lane_turns turns(true);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(turns.next({ready_later, ready}), lane::bulk);
    EXPECT_EQ(turns.next({ready_later, waits}), lane::live);
}

TEST(lane_turns, what_lies_before_a_frontier_goes_first) {
    lane_turns turns(false);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(turns.next({ready, behind}), lane::bulk);
    EXPECT_EQ(turns.next({behind, behind}), lane::live);
}

} // namespace
} // namespace hubspool
