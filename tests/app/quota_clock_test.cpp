#include "app/quota_clock.hpp"
#include "base/clocks.hpp"
#include "support/row_name.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ostream>

namespace hubspool {
namespace {

using namespace std::chrono;

constexpr boot_time boot{milliseconds(5'000'000)};

wall_time at(year_month_day day, seconds time) {
    return sys_days(day) + time;
}

struct day_case {
    const char* zone;
    wall_time now;
    wall_time ends;

    friend std::ostream& operator<<(std::ostream& out, const day_case& c) {
        return out << c.zone << " at " << iso_time(c.now);
    }
};

class quota_days : public ::testing::TestWithParam<day_case> {};

TEST_P(quota_days, end_at_midnight_of_the_zone) {
    const day_case& c = GetParam();
    const auto clock = quota_clock::in(c.zone);
    ASSERT_TRUE(clock);
    const quota_day day = clock->day(c.now, boot);
    EXPECT_EQ(iso_time(day.ends), iso_time(c.ends));
    EXPECT_EQ(day.ends_at - boot, c.ends - c.now + 1s);
}

INSTANTIATE_TEST_SUITE_P(
    zones, quota_days,
    ::testing::Values(
        day_case{"UTC", at(2026y / 11 / 24, 12h), at(2026y / 11 / 25, 0s)},
        day_case{"Europe/Berlin", at(2026y / 11 / 24, 22h + 59min), at(2026y / 11 / 24, 23h)},
        day_case{"Europe/Berlin", at(2026y / 11 / 24, 23h + 1min), at(2026y / 11 / 25, 23h)},
        day_case{"America/New_York", at(2026y / 7 / 1, 3h), at(2026y / 7 / 1, 4h)},
        day_case{"Asia/Kathmandu", at(2026y / 7 / 1, 0s), at(2026y / 7 / 1, 18h + 15min)},
        // A day of 25 hours, seen from its first hour, and one of 23.
        day_case{"Europe/Berlin", at(2026y / 10 / 24, 22h + 30min), at(2026y / 10 / 25, 23h)},
        day_case{"Europe/Berlin", at(2026y / 3 / 28, 23h + 30min), at(2026y / 3 / 29, 22h)},
        // The clocks go from midnight to one o'clock: the day begins there.
        day_case{"Africa/Cairo", at(2024y / 4 / 25, 12h), at(2024y / 4 / 25, 22h)},
        // From one o'clock back to midnight: the first of the two ends the day, the second none.
        day_case{"America/Havana", at(2024y / 11 / 2, 12h), at(2024y / 11 / 3, 4h)},
        day_case{"America/Havana", at(2024y / 11 / 3, 4h + 30min), at(2024y / 11 / 4, 5h)},
        day_case{"America/Havana", at(2024y / 11 / 3, 5h + 30min), at(2024y / 11 / 4, 5h)},
        // A date that never was.
        day_case{"Pacific/Apia", at(2011y / 12 / 30, 0s), at(2011y / 12 / 30, 10h)}),
    [](const auto& row) { return testing::row_name(::testing::PrintToString(row.param)); });

TEST(quota_clock, midnight_itself_belongs_to_the_day_before_for_a_second) {
    const auto clock = quota_clock::in("UTC");
    ASSERT_TRUE(clock);
    const wall_time midnight = at(2026y / 11 / 25, 0s);
    EXPECT_EQ(clock->day(midnight + 999ms, boot).ends, midnight);
    EXPECT_EQ(clock->day(midnight + 1s, boot).ends, midnight + 24h);
}

TEST(quota_clock, every_day_of_ten_years_has_23_to_25_hours_in_any_zone_with_its_own_rules) {
    for (const char* zone : {"Europe/Berlin", "America/New_York", "America/Havana", "Africa/Cairo",
                             "Australia/Lord_Howe", "America/St_Johns", "Asia/Tehran"}) {
        const auto clock = quota_clock::in(zone);
        ASSERT_TRUE(clock);
        wall_time ends = clock->day(at(2018y / 1 / 1, 12h), boot).ends;
        for (int i = 0; i < 3650; ++i) {
            const wall_time next = clock->day(ends + 1s, boot).ends;
            ASSERT_GE(next - ends, 23h) << zone << " " << iso_time(ends);
            ASSERT_LE(next - ends, 25h) << zone << " " << iso_time(ends);
            ASSERT_EQ(clock->day(next - 1ms, boot).ends, next);
            ends = next;
        }
    }
}

TEST(quota_clock, unknown_zone_is_told_with_the_remedy) {
    const auto clock = quota_clock::in("Europe/Atlantis");
    ASSERT_FALSE(clock);
    EXPECT_NE(clock.error().message.find("Europe/Atlantis"), std::string::npos);
    EXPECT_NE(clock.error().message.find("tzdata-legacy"), std::string::npos);
}

} // namespace
} // namespace hubspool
