#include "config/units.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

TEST(units, durations_with_their_units_are_read) {
    EXPECT_EQ(parse_duration("500ms"), 500ms);
    EXPECT_EQ(parse_duration("10s"), 10s);
    EXPECT_EQ(parse_duration("5m"), 5min);
    EXPECT_EQ(parse_duration("12h"), 12h);
    EXPECT_EQ(parse_duration("7d"), 168h);
    EXPECT_EQ(parse_duration("0"), 0ms);
    EXPECT_EQ(parse_duration("0d"), 0ms);
}

TEST(units, sizes_with_their_units_are_read) {
    EXPECT_EQ(parse_size("512B"), 512U);
    EXPECT_EQ(parse_size("64KiB"), 65536U);
    EXPECT_EQ(parse_size("256MiB"), 256ULL << 20);
    EXPECT_EQ(parse_size("1GiB"), 1ULL << 30);
    EXPECT_EQ(parse_size("2TiB"), 2ULL << 40);
    EXPECT_EQ(parse_size("0"), 0U);
}

TEST(units, other_texts_are_refused) {
    for (const char* text : {"", "10", "s", "-1s", "+1s", "1.5h", "10 s", " 10s", "10s ", "10S",
                             "10sec", "1h 30m", "1h30m", "0x10s", "10min", "10us"})
        EXPECT_FALSE(parse_duration(text)) << text;
    for (const char* text : {"", "1", "B", "-1B", "1KB", "1kib", "1.5MiB", "1 MiB", "1M", "1MiB "})
        EXPECT_FALSE(parse_size(text)) << text;
}

TEST(units, what_cannot_be_counted_is_refused) {
    EXPECT_TRUE(parse_duration("9223372036854775807ms"));
    EXPECT_FALSE(parse_duration("9223372036854775808ms"));
    EXPECT_FALSE(parse_duration("9223372036854775807d"));
    EXPECT_FALSE(parse_duration("99999999999999999999s"));
    EXPECT_TRUE(parse_size("18446744073709551615B"));
    EXPECT_FALSE(parse_size("18446744073709551615KiB"));
    EXPECT_FALSE(parse_size("16777216TiB"));
}

TEST(units, exact_texts_are_short_and_read_back_as_the_same) {
    EXPECT_EQ(exact_duration(0ms), "0");
    EXPECT_EQ(exact_duration(90s), "90s");
    EXPECT_EQ(exact_duration(168h), "7d");
    EXPECT_EQ(exact_size(1ULL << 30), "1GiB");
    EXPECT_EQ(exact_size(1025), "1025B");
    for (const std::int64_t ms : {1L, 999L, 1000L, 1001L, 59'999L, 86'400'000L, 86'400'001L})
        EXPECT_EQ(parse_duration(exact_duration(milliseconds(ms))), milliseconds(ms));
    for (const std::uint64_t bytes : {1UL, 1023UL, 1024UL, 1025UL, 1UL << 40, ~0UL})
        EXPECT_EQ(parse_size(exact_size(bytes)), bytes);
}

TEST(units, texts_for_people_are_rounded) {
    EXPECT_EQ(duration_text(0ms), "0ms");
    EXPECT_EQ(duration_text(999ms), "999ms");
    EXPECT_EQ(duration_text(10'500ms), "10s");
    EXPECT_EQ(duration_text(90s), "1m 30s");
    EXPECT_EQ(duration_text(125min), "2h 5m");
    EXPECT_EQ(duration_text(49h + 1s), "2d 1h");
    EXPECT_EQ(duration_text(-90s), "-1m 30s");
    EXPECT_EQ(size_text(0), "0B");
    EXPECT_EQ(size_text(1023), "1023B");
    EXPECT_EQ(size_text(64ULL << 20), "64MiB");
    EXPECT_EQ(size_text(1536), "1.5KiB");
}

} // namespace
} // namespace hubspool
