#include "core/reading/scan_pace.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {
using namespace std::chrono_literals;
constexpr milliseconds interval = 5s, quiet = 2s;
} // namespace

TEST(scan_pace, first_scan_is_due_at_once) {
    const scan_pace pace(interval);
    EXPECT_TRUE(pace.is_due(false, start));
    EXPECT_TRUE(pace.is_due(true, start));
}

TEST(scan_pace, with_nothing_to_read_it_waits_for_the_interval_or_for_what_gets_ready) {
    scan_pace pace(interval);
    pace.scanned(start, start, {});
    EXPECT_EQ(pace.wait(start), interval);
    pace.scanned(start, start, 300ms);
    EXPECT_EQ(pace.again_at(), start + 300ms);
    EXPECT_FALSE(pace.is_due(false, start + 299ms));
    EXPECT_EQ(pace.wait(start + 100ms), 200ms);
    EXPECT_TRUE(pace.is_due(false, start + 300ms));
    EXPECT_EQ(pace.wait(start + 400ms), 0ms);
}

TEST(scan_pace, whoever_woke_it_is_looked_after_at_once) {
    scan_pace pace(interval);
    pace.scanned(start, start, 300ms);
    pace.woke(start + 1ms);
    EXPECT_TRUE(pace.is_due(false, start + 1ms));
}

TEST(scan_pace, while_reading_it_looks_every_20_ms) {
    scan_pace pace(interval);
    pace.scanned(start, start, {});
    EXPECT_FALSE(pace.is_due(true, start + 19ms));
    EXPECT_TRUE(pace.is_due(true, start + 20ms));
}

TEST(scan_pace, while_reading_long_scans_take_a_tenth_of_the_time) {
    scan_pace pace(interval);
    pace.scanned(start, start + 100ms, 0ms);
    EXPECT_FALSE(pace.is_due(true, start + 1099ms));
    EXPECT_TRUE(pace.is_due(true, start + 1100ms));
}

TEST(drain_claims, scan_that_wants_no_other_is_enough) {
    const drain_claims claims(start, quiet);
    EXPECT_EQ(claims.wait_for_another(start, start + 1ms, {}), std::nullopt);
}

TEST(drain_claims, what_one_scan_does_not_take_in_is_claimed_however_long_it_takes) {
    const drain_claims claims(start, quiet);
    EXPECT_EQ(claims.wait_for_another(start + 1h, start + 1h, start + 1h), 0ms);
}

TEST(drain_claims, what_is_not_ready_is_waited_for_one_quiet_period_and_no_longer) {
    const drain_claims claims(start, quiet);
    EXPECT_EQ(claims.wait_for_another(start, start, start + 500ms), 500ms);
    EXPECT_EQ(claims.wait_for_another(start, start, start + 1h), quiet + 1s);
    EXPECT_EQ(claims.wait_for_another(start + 3s, start + 3s, start + 1h), std::nullopt);
}

TEST(drain_claims, scan_that_took_longer_than_the_quiet_period_is_followed_by_another) {
    const drain_claims claims(start, quiet);
    EXPECT_EQ(claims.wait_for_another(start, start + 10s, start + 1h), 0ms);
}

} // namespace hubspool
