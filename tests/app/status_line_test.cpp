#include "app/daemon/status_line.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

daemon_status with_pending(std::uint64_t records) {
    daemon_status status;
    status.pending.records = records;
    return status;
}

} // namespace

TEST(status_line, without_anything_to_do_it_is_idle) {
    EXPECT_EQ(status_line({}), "Idle: nothing waits");
    daemon_status status;
    status.run.delivered = 1;
    EXPECT_EQ(status_line(status), "Idle: nothing waits; 1 record delivered since the start");
}

TEST(status_line, at_work_it_tells_what_waits_and_what_is_done) {
    daemon_status status = with_pending(300);
    status.in_flight = 2;
    status.run.delivered = 1200;
    EXPECT_EQ(status_line(status),
              "Delivering: 300 records wait; 1200 records delivered since the start");
}

TEST(status_line, of_a_park_says_why_and_since_when) {
    daemon_status status = with_pending(1);
    status.parks.push_back({park_reason::unauthorized, wall_time{}, "write the new token", {}});
    EXPECT_EQ(status_line(status),
              "Parked (unauthorized) since 1970-01-01T00:00:00.000Z: write the "
              "new token; 1 record waits");
}

TEST(status_line, words_of_others_stay_one_line_of_bounded_length) {
    daemon_status status = with_pending(1);
    std::string words = "two\nlines \x1b[31m";
    for (int i = 0; i < 500; ++i) words += "\xc3\xa9";
    status.parks.push_back({park_reason::misconfigured, wall_time{}, words, {}});
    const std::string line = status_line(status);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_EQ(line.find('\x1b'), std::string::npos);
    EXPECT_LT(line.size(), 300U);
    EXPECT_THAT(line, HasSubstr("\xc3\xa9\xe2\x80\xa6; 1 record waits"))
        << "cut between two characters";
}

TEST(status_line, of_an_outage_has_its_last_failure) {
    daemon_status status = with_pending(5);
    status.breaker = breaker_state::open;
    status.failing = daemon_status::failing_state{7, wall_time{}, "connection refused", {}};
    EXPECT_EQ(status_line(status), "HubSpot cannot be reached since 1970-01-01T00:00:00.000Z: "
                                   "connection refused; 5 records wait");
}

TEST(status_line, hold_is_told_while_nothing_is_on_the_wire) {
    daemon_status status = with_pending(5);
    status.holds.push_back({"window", "the window is another's", {}});
    EXPECT_EQ(status_line(status), "Holding: the window is another's; 5 records wait");
    status.in_flight = 1;
    EXPECT_THAT(status_line(status), Not(HasSubstr("Holding")));
}

TEST(status_line, recovery_goes_before_all_else) {
    daemon_status status = with_pending(5);
    status.parks.push_back({park_reason::paused, wall_time{}, "", {}});
    status.recovering = true;
    EXPECT_THAT(status_line(status), HasSubstr("Recovering"));
}

} // namespace hubspool
