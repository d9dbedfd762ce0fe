#include "core/dispatch/record_intake.hpp"
#include "core/words/object_hash.hpp"
#include "record_block.hpp"
#include "support/printing.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using testing::record_block;

class record_intake_test : public ::testing::Test {
protected:
    static moment at_start() { return {start, wall_time(start.time_since_epoch()), 0.5}; }
    static settled_set settled_of(std::uint64_t ordinal) {
        settled_set settled;
        settled.insert(ordinal);
        return settled;
    }

    engine_parts parts{{}, 0};
    record_intake intake{parts};
};

TEST_F(record_intake_test, records_are_pending_and_bad_ones_are_told_as_dead_letters) {
    record_block block;
    block.record("1", {{"eventName", "1"}}).bad("no JSON", 2);
    const auto outcome = intake.accept(block.block(), at_start());
    EXPECT_EQ(parts.pending.objects(), 1U);
    ASSERT_TRUE(outcome);
    EXPECT_EQ(outcome->batch, 0U);
    EXPECT_EQ(outcome->dead_lettered, 2U);
    ASSERT_EQ(outcome->dead_letters.size(), 1U);
    EXPECT_EQ(outcome->dead_letters[0].category, "decode");
    EXPECT_EQ(outcome->dead_letters[0].reason, "no JSON");
}

TEST_F(record_intake_test, what_the_run_before_settled_is_left_out_until_the_file_is_forgotten) {
    intake.restore(1, settled_of(0));
    record_block block;
    block.record("1", {});
    intake.accept(block.block(), at_start());
    EXPECT_EQ(parts.pending.objects(), 0U);

    record_block bad;
    bad.bad("no JSON");
    EXPECT_FALSE(intake.accept(bad.block(), at_start())) << "its dead letter is told already";
    intake.forget(1);
    EXPECT_TRUE(intake.accept(bad.block(), at_start()));
}

// Its books, and what of it was settled, go by the file that carries it now.
TEST_F(record_intake_test, scenario_50_replayed_record_is_not_skipped_as_settled) {
    intake.restore(7, settled_of(0));
    record_block first(7);
    first.order({1000, 1000, 7}).record("1", {{"eventName", "1"}});
    intake.accept(first.block(), at_start());
    EXPECT_EQ(parts.pending.objects(), 0U);

    record_block again(9, lane::bulk);
    again.order({2000, 1000, 9, file_base{1000, 7}}).record("1", {{"eventName", "1"}});
    intake.accept(again.block(), at_start());
    ASSERT_EQ(parts.pending.objects(), 1U);
    object_index index = 0;
    ASSERT_TRUE(parts.pending.find("1", index));
    parts.pending.at(index).head().records.for_each([](const record_ref& record) {
        EXPECT_EQ(record.file, 9U);
        EXPECT_EQ(record.key, (order_key{1000, 7, 0}));
    });
}

TEST_F(record_intake_test, object_that_a_request_may_still_reach_waits_for_that) {
    parts.planner.raise_frontiers({end_of_file(1000), end_of_file(1000)}, start);
    parts.landings.hold(object_id_hash("1"), start + 1min);
    record_block block;
    block.record("1", {{"eventName", "1"}});
    intake.accept(block.block(), at_start());
    object_index index = 0;
    ASSERT_TRUE(parts.pending.find("1", index));
    EXPECT_EQ(parts.pending.at(index).lands_until, start + 1min);
    EXPECT_FALSE(parts.planner.has_fresh());
}

} // namespace
} // namespace hubspool
