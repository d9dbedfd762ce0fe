#include "base/byte_budget.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

constexpr std::size_t much = std::size_t{1} << 30;

TEST(byte_budget, has_no_room_when_what_is_held_fills_it) {
    byte_budget budget(1000);
    EXPECT_TRUE(budget.has_room(lane::live));
    budget.account(0, {1000});
    EXPECT_FALSE(budget.has_room(lane::live));
    EXPECT_TRUE(budget.has_room(lane::live, true));
    budget.account(0, {999});
    EXPECT_TRUE(budget.has_room(lane::live));
}

TEST(byte_budget, leaves_room_for_the_other_lane) {
    byte_budget budget(1000);
    budget.account(0, {750, {0, 750}});
    EXPECT_FALSE(budget.has_room(lane::bulk));
    EXPECT_TRUE(budget.has_room(lane::live));
    budget.account(0, {751, {750, 1}});
    EXPECT_TRUE(budget.has_room(lane::bulk));
    EXPECT_FALSE(budget.has_room(lane::live));
}

TEST(byte_budget, counts_what_is_under_way) {
    byte_budget budget(1000);
    budget.spend(1000);
    EXPECT_FALSE(budget.has_room(lane::live));
    budget.account(1000, {});
    EXPECT_TRUE(budget.has_room(lane::live));
}

TEST(byte_budget, bounds_what_is_under_way_however_much_may_be_held) {
    byte_budget budget(much);
    budget.spend(std::size_t{5} << 20);
    EXPECT_FALSE(budget.has_room(lane::bulk));
    EXPECT_FALSE(budget.has_room(lane::bulk, true));
    budget.account(std::size_t{5} << 20, {2 * much, {much, much}});
    EXPECT_TRUE(budget.has_room(lane::bulk, true));
}

TEST(byte_budget, wakes_once_who_was_told_that_there_is_no_room) {
    int woken = 0;
    byte_budget budget(1000, [&] { ++woken; });
    budget.account(0, {1000});
    EXPECT_EQ(woken, 0) << "nobody has asked";
    EXPECT_FALSE(budget.has_room(lane::live));
    budget.account(0, {});
    budget.account(0, {});
    EXPECT_EQ(woken, 1);
}

} // namespace
} // namespace hubspool
