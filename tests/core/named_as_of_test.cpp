#include "core/records/misspelt_as_of.hpp"
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

TEST(named_as_of, written_otherwise_counts_for_nothing_and_is_told) {
    for (const char* const said : {"AS_OF=", "As_Of=", "asof=", "ASOF=", "as-of=", "as.of="}) {
        const std::string name = "export." + std::string(said) + "20261130T010000Z.ndjson";
        EXPECT_EQ(misspelt_as_of(name), said);
        EXPECT_FALSE(find_as_of(name)) << said;
        EXPECT_EQ(order_of_claim(1, 2 * at_one, name).as_of, 2 * at_one) << said;
    }
    EXPECT_EQ(misspelt_as_of("asof=1"), "asof=");
    EXPECT_EQ(misspelt_as_of("x=1,asof=2"), "asof=");
    for (const char* const name :
         {"", "=", "f=", "of=", "export.ndjson", "basof=1", "as of=1", "as__of=1", "asoff=1",
          "AS_OF", "as_of=20261130T010000Z", "AS_OF=1.as_of=20261130T010000Z"})
        EXPECT_EQ(misspelt_as_of(name), "") << name;
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

TEST(named_base, stands_at_the_beginning_of_a_name_or_is_none) {
    const file_base base{at_one, 42};
    EXPECT_EQ(format_base(base), "replay_of=1796000400000.42.");
    const std::string named = format_base(base) + "3-1.export.ndjson"; // found.rest looks into it
    const auto found = find_base(named);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->base, base);
    EXPECT_EQ(found->rest, "3-1.export.ndjson");
    EXPECT_FALSE(find_base("a.replay_of=1796000400000.42.b"));
    EXPECT_EQ(why_no_order(43, at_one, format_base(base)), "");
    for (const char* const name :
         {"replay_of=", "replay_of=1796000400000", "replay_of=1796000400000.42", "replay_of=.42.",
          "replay_of=1796000400000..", "replay_of=0.42.", "replay_of=1796000400000.0.",
          "replay_of=-1.42.", "replay_of=1796000400000.42x.", "replay_of=9e12.42.",
          "replay_of=99999999999999999999.42."}) {
        EXPECT_FALSE(find_base(name)->base) << name;
        EXPECT_THAT(why_no_order(43, at_one, name), HasSubstr("replay_of= and does not")) << name;
    }
    EXPECT_THAT(why_no_order(43, at_one, format_base(base) + "as_of=x"), HasSubstr("is no time"));
}

// A producer that forges such a name gains nothing that as_of would not give it.
TEST(named_base, that_does_not_lie_below_its_file_is_refused_and_counts_as_none) {
    for (const file_base base :
         {file_base{at_one, 42}, file_base{at_one, 43}, file_base{at_one + 1, 41}}) {
        EXPECT_THAT(why_no_order(42, at_one, format_base(base)), HasSubstr("came before it"));
        EXPECT_EQ(order_of_claim(42, at_one, format_base(base)), (file_order{at_one, at_one, 42}));
    }
    EXPECT_EQ(why_no_order(42, at_one, format_base({at_one, 41})), "");
}

// Scenarios 49 and 50: it has the keys of its base, and a place of its own.
TEST(claim_order, scenario_49_records_of_a_replay_have_the_keys_that_they_had) {
    for (const std::string name : {"a", "a.as_of=20261130T000000Z", "a.as_of=20261130T020000Z"}) {
        const file_order first = order_of_claim(7, at_one, name);
        const file_order again = order_of_claim(9, at_one + hour, format_base({at_one, 7}) + name);
        EXPECT_EQ(again.number, 9U);
        EXPECT_EQ(again.stamp, at_one + hour);
        for (const std::optional<as_of_ms> own :
             {std::optional<as_of_ms>(), {at_one - 1}, {at_one + 1}})
            EXPECT_EQ(again.key(own, 3), first.key(own, 3)) << name;
        EXPECT_LT(again.key({}, 3), again.end());
    }
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

// Who says when it was so loses to what came while the clock was ahead, for as long as it was; who
// says nothing does not. That it is so until then is told (intake_reports, status_report).
TEST(claim_order, scenario_36_after_a_clock_that_was_a_day_ahead_as_of_loses_for_that_day) {
    const auto claimed = [](std::uint64_t number, as_of_ms before, as_of_ms at,
                            const std::string& name) {
        const auto now = static_cast<std::int64_t>(at);
        return order_of_claim(number, stamp_of_claim(before, now, now), name).key({}, 0);
    };
    const as_of_ms stood_at = at_one + 24 * hour;
    const order_key ahead = claimed(1, 0, stood_at, "a");
    EXPECT_LT(claimed(2, stood_at, at_one + 2 * hour, format_as_of(at_one + hour)), ahead);
    EXPECT_GT(claimed(3, stood_at, at_one + 2 * hour, "b"), ahead) << "the number tells";
    EXPECT_TRUE(clock_was_set_back(stood_at, static_cast<std::int64_t>(at_one + 2 * hour)));
    const as_of_ms after = stood_at + hour;
    EXPECT_GT(claimed(4, stood_at, after + hour, format_as_of(after)), ahead);
    EXPECT_FALSE(clock_was_set_back(stood_at, static_cast<std::int64_t>(after + hour)));
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
