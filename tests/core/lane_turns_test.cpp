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

TEST(lane_turns, lane_that_is_left_alone_is_read_up_to_its_frontier) {
    const lane_turns both(true), bulk(true, lane::bulk);
    for (const lane of : both_lanes) EXPECT_TRUE(both.reads(of, false));
    EXPECT_TRUE(bulk.reads(lane::bulk, false));
    EXPECT_TRUE(bulk.reads(lane::live, true));
    EXPECT_FALSE(bulk.reads(lane::live, false));
}

TEST(lane_turns, what_lies_before_a_frontier_goes_first) {
    lane_turns turns(false);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(turns.next({ready, behind}), lane::bulk);
    EXPECT_EQ(turns.next({behind, behind}), lane::live);
}

} // namespace
} // namespace hubspool
