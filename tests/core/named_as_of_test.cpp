#include "core/words/claim_stamp.hpp"
#include "core/words/named_as_of.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

constexpr as_of_ms at_one = 1'796'000'400'000; // 2026-11-30T01:00:00Z
constexpr as_of_ms hour = 3'600'000;

TEST(named_as_of, stands_anywhere_in_a_name) {
    for (const char* const name :
         {"export.as_of=20261130T010000Z.ndjson", "as_of=20261130T010000Z",
          "as_of=2026-11-30T02:00:00+01:00-part1.json", "x as_of=20261130T010000Z_as_of=x"}) {
        const auto found = find_as_of(name);
        ASSERT_TRUE(found) << name;
        EXPECT_EQ(found->time, at_one) << name;
        EXPECT_EQ(why_no_as_of(name), "");
    }
    EXPECT_FALSE(find_as_of("export.20261130T010000Z.ndjson"));
    EXPECT_EQ(why_no_as_of("export.ndjson"), "");
}

TEST(named_as_of, that_is_no_time_says_so) {
    for (const char* const name :
         {"export.as_of=yesterday.ndjson", "as_of=", "as_of=20261130T010000Zulu",
          "as_of=20261130T010000Z5", "as_of=20261130", "as_of=20261130T010000",
          "as_of=19691231T235959Z", "as_of=1796000400000",
          "as_of=20261130T010000.00000000000000000000000000000000000Z"}) {
        EXPECT_FALSE(find_as_of(name)->time) << name;
        EXPECT_THAT(why_no_as_of(name), HasSubstr("write it as as_of=2026")) << name;
    }
    EXPECT_THAT(why_no_as_of("a\x1b.as_of=\x1b[31m"), HasSubstr("as_of=\\x1b[31m;"));
}

TEST(named_as_of, formatted_is_found_again) {
    EXPECT_EQ(format_as_of(at_one), "as_of=20261130T010000Z");
    for (const as_of_ms time : {as_of_ms{0}, at_one, at_one + 7, at_one + 999, stamp_max}) {
        const auto found = find_as_of("a." + format_as_of(time) + ".ndjson");
        ASSERT_TRUE(found);
        EXPECT_EQ(found->time, time);
    }
}

TEST(claim_order, is_made_of_the_name_alone) {
    EXPECT_EQ(order_of_claim(7, at_one + hour, "a.as_of=20261130T010000Z"),
              (file_order{at_one + hour, at_one, 7}));
    EXPECT_EQ(order_of_claim(7, at_one, "a"), (file_order{at_one, at_one, 7}));
}

TEST(claim_order, scenario_35_as_of_in_the_future_counts_as_the_stamp) {
    EXPECT_EQ(order_of_claim(7, at_one - hour, "a.as_of=20261130T010000Z").as_of, at_one - hour);
}

TEST(claim_stamp, scenario_35_is_when_a_file_arrived_and_not_when_it_was_claimed) {
    // A change of 02:00, claimed at 08:00.
    EXPECT_EQ(stamp_of_claim(at_one, static_cast<std::int64_t>(at_one + hour),
                             static_cast<std::int64_t>(at_one + 7 * hour)),
              at_one + hour);
}

TEST(claim_stamp, scenario_35_of_ten_thousand_files_does_not_run_ahead_of_the_clock) {
    as_of_ms last = at_one;
    for (int i = 0; i < 10000; ++i) last = stamp_of_claim(last, at_one, at_one);
    EXPECT_EQ(last, at_one);
}

TEST(claim_stamp, scenario_35_in_the_future_is_now) {
    EXPECT_EQ(stamp_of_claim(0, at_one + hour, at_one), at_one);
}

TEST(claim_stamp, scenario_37_never_falls) {
    EXPECT_EQ(stamp_of_claim(at_one, at_one - hour, at_one - hour), at_one);
}

TEST(claim_stamp, is_never_none_and_fits_its_digits) {
    EXPECT_EQ(stamp_of_claim(0, -5, -5), 1U);
    EXPECT_EQ(stamp_of_claim(0, INT64_MAX, INT64_MAX), stamp_max);
}

} // namespace
} // namespace hubspool
