#include "base/clocks.hpp"
#include "cli/time_argument.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>

namespace hubspool {

namespace {

// 2026-11-23T22:41:34Z
const wall_time typed_at{std::chrono::seconds(1795473694)};

class time_argument : public ::testing::Test {
protected:
    void SetUp() override {
        ::setenv("TZ", "Europe/Berlin", 1); // UTC+1 in November
        ::tzset();
    }
    void TearDown() override {
        ::unsetenv("TZ");
        ::tzset();
    }
    static std::string read(std::string_view text) {
        const auto time = parse_time(text, typed_at);
        return time ? iso_time(*time) : "refused";
    }
};

TEST_F(time_argument, local_times_are_taken) {
    EXPECT_EQ(read("2026-11-23 10:00"), "2026-11-23T09:00:00.000Z");
    EXPECT_EQ(read("2026-11-23 10:00:30"), "2026-11-23T09:00:30.000Z");
    EXPECT_EQ(read("2026-11-23"), "2026-11-22T23:00:00.000Z");
    EXPECT_EQ(read("2026-07-01 10:00"), "2026-07-01T08:00:00.000Z");
    EXPECT_EQ(read("10:00"), "2026-11-23T09:00:00.000Z");
}

TEST_F(time_argument, utc_is_taken_when_it_is_said) {
    EXPECT_EQ(read("2026-11-23 10:00 UTC"), "2026-11-23T10:00:00.000Z");
    EXPECT_EQ(read("2026-11-23 10:00:30Z"), "2026-11-23T10:00:30.000Z");
}

TEST_F(time_argument, times_as_json_and_names_have_them_are_taken) {
    EXPECT_EQ(read("2026-11-23T22:41:34.120Z"), "2026-11-23T22:41:34.120Z");
    EXPECT_EQ(read("2026-11-23T22:41:34+01:00"), "2026-11-23T21:41:34.000Z");
    EXPECT_EQ(read("20261123T224134Z"), "2026-11-23T22:41:34.000Z");
}

TEST_F(time_argument, days_begin_at_local_midnight) {
    EXPECT_EQ(read("today"), "2026-11-22T23:00:00.000Z");
    EXPECT_EQ(read("yesterday"), "2026-11-21T23:00:00.000Z");
    EXPECT_EQ(read("now"), "2026-11-23T22:41:34.000Z");
}

TEST_F(time_argument, spans_count_back_from_now) {
    EXPECT_EQ(read("-2h"), "2026-11-23T20:41:34.000Z");
    EXPECT_EQ(read("2h ago"), "2026-11-23T20:41:34.000Z");
    EXPECT_EQ(read("1 day 30min ago"), "2026-11-22T22:11:34.000Z");
}

// From 23:41:34 local time.
TEST_F(time_argument, deadline_is_a_span_or_a_time_ahead_and_a_time_of_the_day_its_next_one) {
    const auto until = [](std::string_view text) {
        return parse_deadline(text, typed_at).value_or(milliseconds(-1));
    };
    using namespace std::chrono_literals;
    EXPECT_EQ(until("2h"), 2h);
    EXPECT_EQ(until("23:50"), 8min + 26s);
    EXPECT_EQ(until("06:00"), 6h + 18min + 26s);
    EXPECT_EQ(until("6:00"), 6h + 18min + 26s);
    EXPECT_EQ(until("06:00 UTC"), 7h + 18min + 26s);
    EXPECT_EQ(until("23:00Z"), 18min + 26s);
    EXPECT_EQ(until("2026-11-24 06:00"), 6h + 18min + 26s);
    EXPECT_EQ(until("2026-11-24T06:00:00Z"), 7h + 18min + 26s);
    for (const char* const text : {"", "soon", "now", "today", "2h ago", "-2h", "2026-11-23 23:00",
                                   "2026-11-23T06:00:00Z", "25:00"})
        EXPECT_EQ(until(text), -1ms) << text;
}

// The clocks go back in the night to the 25th, so that day has 25 hours.
TEST_F(time_argument, deadline_of_tomorrow_goes_by_the_calendar) {
    const auto half_past_midnight = parse_time("2026-10-25 00:30", typed_at);
    ASSERT_TRUE(half_past_midnight);
    EXPECT_EQ(parse_deadline("00:15", *half_past_midnight),
              std::chrono::hours(24) + std::chrono::minutes(45));
}

TEST_F(time_argument, what_is_no_time_is_refused) {
    for (const char* const text :
         {"", "-", "2h", "ago", "-2x", "2026-02-30", "2026-13-01", "25:00", "2026-11-23 10:00:61x",
          "99999999999999999999s ago", "2026-11-23 10:00.x"})
        EXPECT_EQ(read(text), "refused") << text;
}

} // namespace

} // namespace hubspool
