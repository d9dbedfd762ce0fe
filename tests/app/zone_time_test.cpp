#include "app/zone_time.hpp"
#include "core/words/iso_instant.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

std::int64_t ms_of_day_time(const char* iso) {
    return iso_instant(iso).value_or(-1);
}

TEST(zone_time, a_time_on_the_wall_is_the_moment_in_its_zone) {
    const auto berlin = utc_of_local("Europe/Berlin");
    ASSERT_TRUE(berlin);
    EXPECT_EQ(berlin(ms_of_day_time("2026-12-24T18:30:00.250Z")),
              ms_of_day_time("2026-12-24T17:30:00.250Z"));
    EXPECT_EQ(berlin(ms_of_day_time("2026-07-01T00:00Z")), ms_of_day_time("2026-06-30T22:00Z"));
    EXPECT_EQ(utc_of_local("UTC")(17), 17);
    EXPECT_FALSE(utc_of_local(""));
    EXPECT_FALSE(utc_of_local("No/Where"));
}

TEST(zone_time, of_a_time_that_comes_twice_the_first_is_meant_and_a_skipped_one_is_none) {
    const auto berlin = utc_of_local("Europe/Berlin");
    ASSERT_TRUE(berlin);
    EXPECT_EQ(berlin(ms_of_day_time("2026-10-25T02:30Z")), ms_of_day_time("2026-10-25T00:30Z"));
    EXPECT_EQ(berlin(ms_of_day_time("2026-03-29T02:30Z")), std::nullopt);
    EXPECT_EQ(berlin(ms_of_day_time("2026-03-29T03:00Z")), ms_of_day_time("2026-03-29T01:00Z"));
}

} // namespace
} // namespace hubspool
