#include "base/byte_budget.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

constexpr std::chrono::milliseconds at_once{0};
constexpr std::size_t much = std::size_t{1} << 30;

TEST(byte_budget, has_no_room_when_what_is_held_fills_it) {
    byte_budget budget(1000);
    EXPECT_TRUE(budget.wait_for_room(at_once));
    budget.account(0, 1000);
    EXPECT_FALSE(budget.wait_for_room(at_once));
    EXPECT_TRUE(budget.wait_for_room(at_once, true));
    budget.account(0, 999);
    EXPECT_TRUE(budget.wait_for_room(at_once));
}

TEST(byte_budget, counts_what_is_under_way) {
    byte_budget budget(1000);
    budget.spend(1000);
    EXPECT_FALSE(budget.wait_for_room(at_once));
    budget.account(1000, 0);
    EXPECT_TRUE(budget.wait_for_room(at_once));
}

TEST(byte_budget, bounds_what_is_under_way_however_much_may_be_held) {
    byte_budget budget(much);
    budget.spend(std::size_t{5} << 20);
    EXPECT_FALSE(budget.wait_for_room(at_once));
    EXPECT_FALSE(budget.wait_for_room(at_once, true));
    budget.account(std::size_t{5} << 20, 2 * much);
    EXPECT_TRUE(budget.wait_for_room(at_once, true));
}

TEST(byte_budget, that_was_closed_has_no_room) {
    byte_budget budget(1000);
    budget.close();
    EXPECT_FALSE(budget.wait_for_room(std::chrono::hours(1)));
}

} // namespace
} // namespace hubspool
