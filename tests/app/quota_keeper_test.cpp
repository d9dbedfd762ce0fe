#include "app/daemon/quota_keeper.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

const moment now{boot_time(1000h), wall_time(500000h), 0.5};

class quota_keeper_test : public ::testing::Test {
protected:
    quota_keeper keeper_for(const std::string& zone) {
        return {zone, *quota_keeper::first_clock(zone), engine_};
    }
    engine engine_{engine_options{}};
};

} // namespace

TEST_F(quota_keeper_test, day_ends_at_midnight_of_the_zone) {
    quota_keeper keeper = keeper_for("Europe/Berlin");
    keeper.look(now);
    const boot_time ends = engine_.quota_reset();
    EXPECT_GT(ends, now.boot);
    EXPECT_LE(ends, now.boot + 25h);
    keeper.look(now);
    EXPECT_EQ(engine_.quota_reset(), ends) << "it is not over";
    keeper.look({ends, now.wall + (ends - now.boot), 0.5});
    EXPECT_GT(engine_.quota_reset(), ends);
}

TEST_F(quota_keeper_test, zone_of_the_account_counts_with_auto_alone) {
    quota_keeper fixed = keeper_for("Europe/Berlin");
    EXPECT_FALSE(fixed.zone_told("Asia/Kathmandu"));
    quota_keeper keeper = keeper_for("auto");
    keeper.look(now);
    const boot_time in_utc = engine_.quota_reset();
    EXPECT_FALSE(keeper.zone_told(""));
    EXPECT_FALSE(keeper.zone_told("No/Such_Zone"));
    EXPECT_TRUE(keeper.zone_told("Asia/Kathmandu"));
    keeper.look(now);
    EXPECT_NE(engine_.quota_reset(), in_utc);
}

TEST_F(quota_keeper_test, zone_that_is_unknown_is_a_failure_at_the_start) {
    EXPECT_FALSE(static_cast<bool>(quota_keeper::first_clock("No/Such_Zone")));
}

} // namespace hubspool
