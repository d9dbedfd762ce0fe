#include "core/words/iso_instant.hpp"

#include <gtest/gtest.h>

namespace hubspool {

constexpr std::int64_t one_o_clock = 1'796'000'400'000; // 2026-11-30T01:00:00Z

TEST(iso_instant, of_both_forms_is_the_same) {
    for (const char* const text :
         {"20261130T010000Z", "2026-11-30T01:00:00Z", "20261130t0100z", "2026-11-30T01:00Z",
          "20261130T020000+01", "20261130T020000+0100", "2026-11-30T02:00:00+01:00",
          "2026-11-29T20:30:00-04:30", "20261130T010000.0Z", "20261130T010000,000Z",
          "20261130T010000.00099999999999999999999Z"})
        EXPECT_EQ(iso_instant(text), one_o_clock) << text;
}

TEST(iso_instant, keeps_milliseconds) {
    EXPECT_EQ(iso_instant("2026-11-30T01:00:00.5Z"), one_o_clock + 500);
    EXPECT_EQ(iso_instant("2026-11-30T01:00:00.1239Z"), one_o_clock + 123);
}

TEST(iso_instant, before_1970_is_negative_and_a_leap_second_is_the_next) {
    EXPECT_EQ(iso_instant("1969-12-31T23:59:59Z"), -1000);
    EXPECT_EQ(iso_instant("1969-12-31T23:59:60Z"), 0);
    EXPECT_EQ(iso_instant("2024-02-29T00:00:00Z"), 1'709'164'800'000);
}

TEST(iso_instant, of_anything_else_is_none) {
    for (const char* const text : {"",
                                   "20261130",
                                   "2026-11-30",
                                   "20261130T010000",
                                   "2026-11-30 01:00:00Z",
                                   "20261131T010000Z",
                                   "2026-1130T01:00:00Z",
                                   "202611-30T010000Z",
                                   "20261130T240000Z",
                                   "20261130T016000Z",
                                   "20261130T010061Z",
                                   "20261130T010060Z",
                                   "20261130T010000.Z",
                                   "20261130T010000+2400",
                                   "20261130T010000+0060",
                                   "20261130T010000+1",
                                   "20261130T01Z",
                                   "20261130T01:0000Z",
                                   "20261130T010000Z ",
                                   "now",
                                   "1796000400000"})
        EXPECT_EQ(iso_instant(text), std::nullopt) << text;
}

TEST(iso_instant, taken_from_the_front_leaves_the_rest) {
    std::string_view text = "20261130T010000+01.ndjson";
    EXPECT_EQ(take_iso_instant(text), one_o_clock - 3'600'000);
    EXPECT_EQ(text, ".ndjson");
    std::string_view no_time = "20261130T01";
    EXPECT_FALSE(take_iso_instant(no_time));
    EXPECT_EQ(no_time, "20261130T01");
}

} // namespace hubspool
