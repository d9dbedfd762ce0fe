#include "simulator/rate_window.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulator {
namespace {

arrival_time at(int ms) {
    return arrival_time(milliseconds(ms));
}

TEST(rate_window, arrivals_one_window_apart_are_not_counted_together) {
    rate_window window(2, milliseconds(1000));
    EXPECT_EQ(window.arrive(at(0)), 1U);
    EXPECT_EQ(window.arrive(at(999)), 2U);
    EXPECT_EQ(window.arrive(at(1000)), 2U);
    EXPECT_EQ(window.violations(), 0U);
    EXPECT_EQ(window.max_in_window(), 2U);
}

TEST(rate_window, arrival_within_the_window_over_the_limit_is_a_violation) {
    rate_window window(2, milliseconds(1000));
    window.arrive(at(500));
    window.arrive(at(900));
    EXPECT_EQ(window.arrive(at(1499)), 3U);
    EXPECT_EQ(window.violations(), 1U);
}

TEST(rate_window, no_limit_is_never_violated) {
    rate_window window(0, milliseconds(1000));
    for (int i = 0; i < 100; ++i) window.arrive(at(i));
    EXPECT_EQ(window.violations(), 0U);
    EXPECT_EQ(window.max_in_window(), 100U);
}

TEST(rate_window, reset_counters_keeps_the_window_full) {
    rate_window window(1, milliseconds(1000));
    window.arrive(at(0));
    window.reset_counters();
    EXPECT_EQ(window.arrive(at(10)), 2U);
    EXPECT_EQ(window.violations(), 1U);
}

} // namespace
} // namespace hubspool::simulator
