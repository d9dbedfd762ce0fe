#include "core/sending/backoff.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hubspool {
namespace {

constexpr milliseconds initial{1000};
constexpr milliseconds most{300000};

TEST(backoff, ceiling_doubles_with_each_failure_up_to_the_maximum) {
    EXPECT_EQ(backoff_delay(initial, most, 1, 0.5), milliseconds(500));
    EXPECT_EQ(backoff_delay(initial, most, 2, 0.5), milliseconds(1000));
    EXPECT_EQ(backoff_delay(initial, most, 3, 0.5), milliseconds(2000));
    EXPECT_EQ(backoff_delay(initial, most, 9, 0.5), milliseconds(128000));
    EXPECT_EQ(backoff_delay(initial, most, 10, 0.5), milliseconds(150000));
}

TEST(backoff, jitter_spreads_from_nothing_to_the_ceiling) {
    EXPECT_EQ(backoff_delay(initial, most, 3, 0.25), milliseconds(1000));
    EXPECT_EQ(backoff_delay(initial, most, 3, 0.75), milliseconds(3000));
    EXPECT_LT(backoff_delay(initial, most, 3, 0.9999), milliseconds(4000));
}

TEST(backoff, smallest_jitter_still_waits_a_millisecond) {
    EXPECT_EQ(backoff_delay(initial, most, 1, 0.0), milliseconds(1));
    EXPECT_EQ(backoff_delay(milliseconds(0), most, 5, 0.9), milliseconds(1));
}

TEST(backoff, any_number_of_failures_stays_within_the_maximum) {
    for (const std::uint32_t failures :
         {0U, 31U, 32U, 33U, 64U, 1000U, std::numeric_limits<std::uint32_t>::max()}) {
        const milliseconds delay = backoff_delay(most, most, failures, 0.999);
        EXPECT_GE(delay, milliseconds(299000)) << failures;
        EXPECT_LE(delay, most) << failures;
    }
}

} // namespace
} // namespace hubspool
