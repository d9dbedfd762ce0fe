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

TEST_F(time_argument, what_is_no_time_is_refused) {
    for (const char* const text :
         {"", "-", "2h", "ago", "-2x", "2026-02-30", "2026-13-01", "25:00", "2026-11-23 10:00:61x",
          "99999999999999999999s ago", "2026-11-23 10:00.x"})
        EXPECT_EQ(read(text), "refused") << text;
}

} // namespace

} // namespace hubspool
