#include "core/engine/rest_rule.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using turn = rest_rule::turn;
using came_first = rest_rule::arrival;

constexpr rest_rule::facts nothing_to_do{true, false, false};
constexpr rest_rule::facts at_work{};

class rest_rule_test : public ::testing::Test {
protected:
    void come_to_rest() {
        ASSERT_EQ(rest.ticked(nothing_to_do), turn::note_and_look);
        ASSERT_EQ(rest.ticked(nothing_to_do), turn::rest);
    }
    rest_rule rest{false};
};

TEST_F(rest_rule_test, two_ticks_with_nothing_to_do_bring_it_to_rest) {
    EXPECT_EQ(rest.ticked(at_work), turn::look);
    EXPECT_FALSE(rest.is_quiet());
    EXPECT_EQ(rest.ticked(nothing_to_do), turn::note_and_look);
    EXPECT_TRUE(rest.is_quiet());
    EXPECT_EQ(rest.ticked(nothing_to_do), turn::rest);
    EXPECT_TRUE(rest.is_resting());
}

TEST_F(rest_rule_test, tick_with_something_to_do_begins_the_count_anew) {
    rest.ticked(nothing_to_do);
    EXPECT_EQ(rest.ticked(at_work), turn::look);
    EXPECT_EQ(rest.ticked(nothing_to_do), turn::note_and_look);
}

TEST_F(rest_rule_test, what_comes_between_the_two_ticks_begins_the_count_anew) {
    rest.ticked(nothing_to_do);
    EXPECT_EQ(rest.came(false), came_first::goes_on);
    EXPECT_EQ(rest.ticked(nothing_to_do), turn::note_and_look);
}

TEST_F(rest_rule_test, request_that_is_not_read_keeps_it_awake) {
    EXPECT_EQ(rest.ticked({true, true, false}), turn::look);
}

TEST_F(rest_rule_test, outcome_that_is_not_durable_keeps_it_awake) {
    EXPECT_EQ(rest.ticked({true, false, true}), turn::look);
}

TEST_F(rest_rule_test, what_comes_to_rest_ends_it_and_is_looked_at_first) {
    come_to_rest();
    EXPECT_EQ(rest.came(true), came_first::end_rest);
    EXPECT_FALSE(rest.is_resting());
    EXPECT_EQ(rest.ticked(at_work), turn::look);
}

TEST_F(rest_rule_test, what_comes_to_idleness_before_any_rest_is_looked_at_first) {
    EXPECT_EQ(rest.came(true), came_first::look_first);
    EXPECT_EQ(rest.came(false), came_first::goes_on);
    EXPECT_EQ(rest.ticked(at_work), turn::look) << "no rest was ended";
}

TEST_F(rest_rule_test, rest_that_nothing_ended_is_ended_by_its_timer) {
    come_to_rest();
    EXPECT_EQ(rest.ticked(nothing_to_do), turn::rouse);
    EXPECT_EQ(rest.ticked(nothing_to_do), turn::note_and_look);
}

TEST_F(rest_rule_test, wait_is_a_second_and_at_rest_until_the_day_ends) {
    EXPECT_EQ(rest.wait(start, start + 5min), 1s);
    come_to_rest();
    EXPECT_EQ(rest.wait(start, start + 5min), 5min);
    EXPECT_EQ(rest.wait(start, start + 3h), 10min) << "a clock that is set tells nobody";
    EXPECT_EQ(rest.wait(start, start - 3h), 1s);
}

TEST(rest_of_a_drain, never_comes) {
    rest_rule rest(true);
    EXPECT_EQ(rest.ticked(nothing_to_do), turn::look);
    EXPECT_EQ(rest.ticked(nothing_to_do), turn::look);
    EXPECT_EQ(rest.came(false), came_first::goes_on);
    EXPECT_EQ(rest.came(true), came_first::look_first) << "operators wrote";
}

} // namespace
} // namespace hubspool
