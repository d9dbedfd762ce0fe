#include "core/reading/late_share.hpp"
#include "record_block.hpp"
#include "support/random_rounds.hpp"

#include <gtest/gtest.h>

#include <random>

namespace hubspool {
namespace {

using testing::record_block;

constexpr as_of_ms file_stamp = 1'000'000, horizon_ms = 500'000;
constexpr order_key horizon{horizon_ms, 3, 4};

// Records of one file, of which the first `late` are older than the horizon.
record_block block_of(std::uint64_t late, std::uint64_t in_time, std::uint64_t first = 0) {
    record_block block(9, lane::live, first);
    block.order({file_stamp, file_stamp, 9});
    for (std::uint64_t i = 0; i < late; ++i) block.record("1", {}).as_of(horizon_ms - 1);
    for (std::uint64_t i = 0; i < in_time; ++i) block.record("1", {});
    return block;
}

bool is_refused(const late_options& options, std::uint64_t late, std::uint64_t in_time) {
    late_share share(options);
    share.add(block_of(late, in_time).block());
    return share.is_too_many();
}

} // namespace

TEST(late_share, count_and_share_must_both_be_passed) {
    const late_options options{horizon, 10, 0.25};
    EXPECT_FALSE(is_refused(options, 0, 0));
    EXPECT_FALSE(is_refused(options, 10, 0)) << "not more than the count";
    EXPECT_TRUE(is_refused(options, 11, 0));
    EXPECT_TRUE(is_refused(options, 11, 32));
    EXPECT_FALSE(is_refused(options, 11, 33)) << "a quarter, and not more";
    EXPECT_FALSE(is_refused(options, 11, 500));
}

TEST(late_share, only_the_first_records_are_looked_at) {
    late_share share({horizon, 50, 0.05});
    share.add(block_of(0, late_share::records_looked_at - 40).block());
    EXPECT_FALSE(share.is_full());
    share.add(block_of(60, 0).block());
    EXPECT_TRUE(share.is_full());
    EXPECT_EQ(share.seen(), late_share::records_looked_at);
    EXPECT_EQ(share.late(), 40U);
    share.add(block_of(1000, 0).block());
    EXPECT_EQ(share.late(), 40U) << "the others are dead letters, each for itself";
    EXPECT_FALSE(share.is_too_many());
}

TEST(late_share, horizon_itself_is_in_time) {
    late_share share({horizon, 0, 0});
    record_block at(horizon.number, lane::live, horizon.ordinal);
    at.order({file_stamp, horizon_ms, horizon.number}).record("1", {});
    share.add(at.block());
    EXPECT_EQ(share.late(), 0U);
    record_block before(horizon.number, lane::live, horizon.ordinal - 1);
    before.order({file_stamp, horizon_ms, horizon.number}).record("1", {});
    share.add(before.block());
    EXPECT_EQ(share.late(), 1U);
    EXPECT_TRUE(share.is_too_many());
}

TEST(late_share, carried_key_counts_unless_the_record_goes_as_newest) {
    late_share share({horizon, 0, 0});
    record_block block(9);
    block.order({file_stamp, file_stamp, 9});
    block.record("1", {}).carries({horizon_ms - 5, 1, 0});
    block.record("2", {}).carries({horizon_ms - 5, 1, 1}, true);
    block.record("3", {}).carries({horizon_ms + 5, 1, 2});
    share.add(block.block());
    EXPECT_EQ(share.seen(), 3U);
    EXPECT_EQ(share.late(), 1U);
}

TEST(late_share, first_start_has_no_horizon_and_nothing_is_late) {
    late_share share({});
    share.add(block_of(500, 0).block());
    EXPECT_EQ(share.late(), 0U);
    EXPECT_FALSE(share.is_too_many());
}

TEST(late_share, random_blocks_are_judged_as_their_records_one_by_one) {
    for (int round = 0; round < testing::random_rounds(80); ++round) {
        std::mt19937_64 random(static_cast<std::uint64_t>(round));
        const late_options options{horizon, static_cast<std::uint32_t>(random() % 60),
                                   static_cast<double>(random() % 100) / 100};
        late_share share(options);
        std::uint64_t seen = 0, late = 0, ordinal = 0;
        for (std::uint64_t blocks = 1 + random() % 12; blocks > 0; --blocks) {
            record_block block(9, lane::bulk, ordinal);
            block.order({file_stamp, file_stamp, 9});
            for (std::uint64_t n = random() % 200; n > 0; --n, ++ordinal) {
                block.record(std::to_string(random() % 9), {});
                const as_of_ms own = horizon_ms - 10 + random() % 20;
                block.as_of(own);
                if (seen == late_share::records_looked_at) continue;
                ++seen;
                // The file's number is above the horizon's.
                late += own < horizon_ms ? 1 : 0;
            }
            share.add(block.block());
        }
        ASSERT_EQ(share.seen(), seen) << round;
        ASSERT_EQ(share.late(), late) << round;
        ASSERT_EQ(share.is_full(), seen == late_share::records_looked_at) << round;
        const bool too_many = late > options.count &&
                              static_cast<double>(late) > options.share * static_cast<double>(seen);
        ASSERT_EQ(share.is_too_many(), too_many) << round;
    }
}

} // namespace hubspool
