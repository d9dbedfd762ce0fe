#include "cli/stuck_daemon.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

daemon_signs silent_for(milliseconds time, bool resting) {
    return {.pid = 7,
            .state = 'S',
            .tells_status = true,
            .resting = resting,
            .silent = time,
            .scan_interval = 5s};
}

TEST(stuck_daemon_test, stopped_or_traced_process_is_stuck_whatever_it_says) {
    daemon_signs seen = silent_for(0s, false);
    seen.state = 'T';
    EXPECT_THAT(why_stuck(seen).value_or(""), HasSubstr("`kill -CONT 7`"));
    seen.state = 't';
    EXPECT_THAT(why_stuck(seen).value_or(""), HasSubstr("debugger"));
}

TEST(stuck_daemon_test, daemon_at_work_is_stuck_after_30_seconds_of_silence) {
    EXPECT_FALSE(why_stuck(silent_for(30s, false)));
    EXPECT_THAT(why_stuck(silent_for(30s + 1ms, false)).value_or(""),
                HasSubstr("nothing for 30s; when it has not gone on soon, restart it"));
}

TEST(stuck_daemon_test, daemon_at_rest_may_miss_two_times_to_say_that_it_holds) {
    EXPECT_FALSE(why_stuck(silent_for(150s, true)));
    EXPECT_TRUE(why_stuck(silent_for(150s + 1ms, true)));
    daemon_signs seldom = silent_for(20min, true);
    seldom.scan_interval = 10min;
    EXPECT_FALSE(why_stuck(seldom)) << "it speaks with its scans";
    seldom.silent = 20min + 31s;
    EXPECT_TRUE(why_stuck(seldom));
}

TEST(stuck_daemon_test, daemon_that_starts_may_be_silent) {
    daemon_signs seen = silent_for(1h, false);
    seen.tells_status = false;
    EXPECT_FALSE(why_stuck(seen));
}

TEST(stuck_daemon_test, one_that_waits_for_a_disk_is_not_to_be_restarted) {
    daemon_signs seen = silent_for(1min, false);
    seen.waits_for_disk = true;
    EXPECT_THAT(why_stuck(seen).value_or(""), HasSubstr("waits for a disk"));
    EXPECT_THAT(why_stuck(seen).value_or(""), ::testing::Not(HasSubstr("restart")));
}

} // namespace
} // namespace hubspool
