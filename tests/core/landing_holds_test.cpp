#include "core/sending/landing_holds.hpp"
#include "support/printing.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

constexpr milliseconds second{1000};

TEST(landing_holds, later_of_two_times_stays) {
    landing_holds holds;
    EXPECT_TRUE(holds.empty());
    EXPECT_EQ(holds.until(7), boot_time{});
    holds.hold(7, start + second);
    holds.hold(7, start);
    EXPECT_EQ(holds.until(7), start + second);
    EXPECT_EQ(holds.until(8), boot_time{});
}

TEST(landing_holds, released_object_is_held_no_more) {
    landing_holds holds;
    holds.hold(7, start);
    holds.release(7);
    EXPECT_TRUE(holds.empty());
}

TEST(landing_holds, tidying_keeps_what_may_still_land_and_bounds_the_rest) {
    landing_holds holds;
    for (std::uint64_t hash = 0; hash < 1001; ++hash) holds.hold(hash, start);
    holds.hold(5000, start + second);
    holds.tidy(start - second);
    EXPECT_EQ(holds.until(0), start) << "all of them may still land";
    holds.tidy(start);
    EXPECT_EQ(holds.until(0), boot_time{});
    EXPECT_EQ(holds.until(5000), start + second);
}

} // namespace
} // namespace hubspool
