#include "core/pending/block_merge.hpp"
#include "core/sending/batch_planner.hpp"
#include "record_block.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using testing::record_block;

class lane_planner_test : public ::testing::Test {
protected:
    lane_planner_test() { planner.raise_frontiers({end_of_file(100), end_of_file(100)}, start); }

    void add(const std::string& id, lane in, boot_time now = start, std::uint64_t file = 1) {
        record_block block(file, in, next_++);
        block.record(id, {{"name", "1"}});
        bool is_new = false;
        planner.place(block_merge(pending, block.block()).add(0, now, is_new), now);
    }
    std::vector<std::string> take_when_due(boot_time now) {
        std::vector<std::string> ids;
        planner.wake(now);
        if (planner.due_at(now, mode) > now) return ids;
        for (const object_index index : planner.take(now, mode))
            ids.push_back(pending.at(index).id);
        return ids;
    }

    pending_set pending{1U << 20};
    batch_planner planner{pending, {}};
    planner_mode mode;

private:
    std::uint64_t next_ = 0;
};

} // namespace

// Scenario 42: each lane is read again before anything older of it, or of the other, is sent.
TEST_F(lane_planner_test, scenario_42_change_of_both_lanes_waits_for_the_frontier_of_each) {
    add("x", lane::bulk, start, 103);
    add("x", lane::live, start, 105);
    planner.raise_frontiers({end_of_file(110), {}}, start);
    EXPECT_EQ(planner.due_at(start + 1h, mode), boot_time::max()) << "its bulk record is beyond";
    planner.raise_frontiers({{}, end_of_file(102)}, start);
    EXPECT_EQ(planner.due_at(start + 1h, mode), boot_time::max());
    planner.raise_frontiers({{}, end_of_file(103)}, start);
    EXPECT_EQ(take_when_due(start + 1s), std::vector<std::string>{"x"})
        << "the live record does not wait for the bulk frontier to come so far";
    add("y", lane::bulk, start, 106); // newer than all before: else the ledger is asked first
    EXPECT_EQ(planner.due_at(start + 1h, mode), boot_time::max());
    add("y", lane::live, start, 111);
    planner.raise_frontiers({{}, end_of_file(111)}, start);
    EXPECT_EQ(planner.due_at(start + 1h, mode), boot_time::max());
    planner.raise_frontiers({end_of_file(111), {}}, start);
    EXPECT_EQ(take_when_due(start + 1s), std::vector<std::string>{"y"});
}

TEST_F(lane_planner_test, bulk_leaves_the_next_slot_to_a_live_change_but_not_in_a_drain) {
    mode.pressure = true;
    mode.bulk_from = start + 50ms;
    add("b", lane::bulk);
    EXPECT_EQ(planner.due_at(start, mode), start + 50ms);
    EXPECT_EQ(planner.due_at(start + 1s, mode), start + 1s);
    mode.holding = true;
    EXPECT_EQ(planner.due_at(start, mode), start);
    mode.holding = false;
    add("l", lane::live);
    EXPECT_EQ(planner.due_at(start, mode), start);
}

TEST_F(lane_planner_test, ledger_is_asked_about_live_changes_first) {
    pending.restore({9, 9, 9}, {}); // all may be late
    for (int i = 0; i < 3; ++i) add("b" + std::to_string(i), lane::bulk);
    add("l", lane::live);
    const auto ids_of = [&](std::size_t at_most) {
        std::vector<std::string> ids;
        for (const object_index index : planner.take_lookups(at_most, SIZE_MAX))
            ids.push_back(pending.at(index).id);
        return ids;
    };
    EXPECT_EQ(ids_of(2), (std::vector<std::string>{"l", "b0"}));
    EXPECT_TRUE(planner.has_lookups());
    EXPECT_EQ(ids_of(2), (std::vector<std::string>{"b1", "b2"}));
    EXPECT_FALSE(planner.has_lookups());
}

TEST_F(lane_planner_test, ledger_is_not_asked_about_more_of_a_lane_of_which_much_is_ready) {
    add("b0", lane::bulk);
    pending.restore({9, 9, 9}, {});
    add("b1", lane::bulk);
    add("l", lane::live);
    EXPECT_EQ(planner.take_lookups(9, 1).size(), 1U); // the live one
    EXPECT_EQ(planner.take_lookups(9, 2).size(), 1U);
}

TEST_F(lane_planner_test, batch_that_is_not_full_waits_for_what_the_ledger_is_asked_about) {
    mode.flushing = true;
    mode.company_until = start + milliseconds(500);
    add("b", lane::bulk);
    EXPECT_EQ(planner.due_at(start, mode), mode.company_until);
    EXPECT_EQ(planner.due_at(mode.company_until, mode), mode.company_until);
    mode.company_until = {};
    EXPECT_EQ(planner.due_at(start, mode), start);
}

} // namespace hubspool
