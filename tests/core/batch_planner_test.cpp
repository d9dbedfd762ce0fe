#include "core/pending/block_merge.hpp"
#include "core/sending/batch_planner.hpp"
#include "record_block.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using testing::record_block;

class batch_planner_test : public ::testing::Test {
protected:
    void make(planner_options options) {
        inputs_max_ = options.inputs_max;
        planner.emplace(pending, options);
        planner->raise_frontiers({end_of_file(100), end_of_file(100)}, start);
    }
    void SetUp() override { make({}); }

    object_index add(const std::string& id, lane in = lane::live, boot_time now = start,
                     std::uint64_t file = 1, const std::string& value = "1") {
        record_block block(file, in, next_++);
        block.record(id, {{"name", value}});
        bool is_new = false;
        const object_index index = block_merge(pending, block.block()).add(0, now, is_new);
        planner->place(index, now);
        return index;
    }
    void add_many(const std::string& prefix, int count, lane in = lane::live) {
        for (int i = 0; i < count; ++i) add(prefix + std::to_string(i), in);
    }
    object_index add_suspect(const std::string& id, std::uint32_t batch_cap) {
        record_block block(1, lane::live, next_++);
        block.record(id, {{"name", "1"}});
        bool is_new = false;
        const object_index index = block_merge(pending, block.block()).add(0, start, is_new);
        pending.at(index).batch_cap = batch_cap;
        planner->count_suspect(+1);
        planner->place(index, start);
        return index;
    }
    std::vector<std::string> take(boot_time now = start) {
        std::vector<std::string> ids;
        for (const object_index index : planner->take(now, mode))
            ids.push_back(pending.at(index).id);
        return ids;
    }
    // Takes as the engine does: only when a batch is due.
    std::vector<std::string> take_when_due(boot_time now) {
        planner->wake(now);
        return planner->due_at(now, mode) <= now ? take(now) : std::vector<std::string>{};
    }
    static std::size_t count_of(const std::vector<std::string>& ids, char prefix) {
        return static_cast<std::size_t>(std::count_if(
            ids.begin(), ids.end(), [&](const std::string& id) { return id.front() == prefix; }));
    }

    pending_set pending{1U << 20};
    std::optional<batch_planner> planner;
    planner_mode mode;

private:
    std::uint64_t next_ = 0;
    std::uint32_t inputs_max_ = 0;
};

TEST_F(batch_planner_test, nothing_pending_is_never_due) {
    EXPECT_EQ(planner->due_at(start, mode), boot_time::max());
}

TEST_F(batch_planner_test, full_batch_goes_at_once_in_order_of_arrival) {
    add_many("a", 150);
    EXPECT_EQ(planner->due_at(start, mode), start);
    const std::vector<std::string> first = take();
    ASSERT_EQ(first.size(), 100U);
    EXPECT_EQ(first.front(), "a0");
    EXPECT_EQ(first.back(), "a99");
    EXPECT_EQ(planner->due_at(start, mode), start + 1s);
    EXPECT_EQ(take(start + 1s).size(), 50U);
    EXPECT_EQ(planner->due_at(start + 1s, mode), boot_time::max());
}

TEST_F(batch_planner_test, change_waits_a_linger_for_company) {
    add("x");
    EXPECT_EQ(planner->due_at(start, mode), start + 1s);
    EXPECT_EQ(planner->due_at(start + 5s, mode), start + 5s);
}

TEST_F(batch_planner_test, bulk_waits_ten_lingers_while_reading_and_live_but_one) {
    mode.reading = true;
    add_many("b", 200, lane::bulk);
    EXPECT_EQ(planner->due_at(start, mode), start + 10s);
    add("x", lane::live, start + 2s);
    EXPECT_EQ(planner->due_at(start + 2s, mode), start + 3s);
    mode.reading = false;
    EXPECT_EQ(planner->due_at(start + 2s, mode), start + 2s);
}

TEST_F(batch_planner_test, memory_under_pressure_sends_at_once) {
    add("x");
    mode.reading = mode.holding = mode.pressure = true;
    EXPECT_EQ(planner->due_at(start, mode), start);
}

TEST_F(batch_planner_test, drain_holds_all_until_everything_is_read_then_waits_for_nothing) {
    add_many("a", 300);
    mode.holding = true;
    EXPECT_EQ(planner->due_at(start + 1h, mode), boot_time::max());
    mode.holding = false;
    mode.flushing = true;
    EXPECT_EQ(planner->due_at(start, mode), start);
}

TEST_F(batch_planner_test, live_goes_first_and_bulk_tops_it_up) {
    add_many("b", 100, lane::bulk);
    add_many("a", 30);
    const std::vector<std::string> batch = take();
    EXPECT_EQ(batch.front(), "a0");
    EXPECT_EQ(count_of(batch, 'a'), 30U);
    EXPECT_EQ(count_of(batch, 'b'), 70U);
}

TEST_F(batch_planner_test, bulk_has_its_share_of_requests_while_both_wait) {
    add_many("b", 1000, lane::bulk);
    add_many("a", 1000);
    std::size_t bulk = 0;
    for (int i = 0; i < 10; ++i) bulk += count_of(take(), 'b') == 100 ? 1 : 0;
    EXPECT_EQ(bulk, 2U);
}

// A replay that leaves the rest of the limit to others.
TEST_F(batch_planner_test, bulk_keeps_to_its_share_of_a_window_and_live_does_not) {
    send_share share(10s);
    share.set(2);
    make({.inputs_max = 10, .bulk_share = &share});
    const auto send = [&](boot_time now) {
        const auto ids = take_when_due(now);
        if (!ids.empty() && ids.front().front() == 'b') share.sent(now);
        return ids.size();
    };
    add_many("b", 45, lane::bulk);
    EXPECT_EQ(send(start), 10U);
    EXPECT_EQ(send(start + 1s), 10U);
    EXPECT_EQ(planner->due_at(start + 1s, mode), start + 10s);
    mode.flushing = mode.pressure = true;
    EXPECT_EQ(planner->due_at(start + 2s, mode), start + 10s);
    mode = {};
    // What a live batch leaves free costs nothing.
    add_many("a", 5, lane::live);
    EXPECT_EQ(planner->due_at(start, mode), start + 1s) << "it waits its linger";
    EXPECT_EQ(send(start + 2s), 10U);
    EXPECT_EQ(send(start + 9s), 0U);
    EXPECT_EQ(send(start + 10s), 10U);
    EXPECT_EQ(planner->due_at(start + 10s, mode), start + 11s);
    share.set(0);
    EXPECT_EQ(planner->due_at(start + 10s, mode), start + 10s);
}

// From a drain's deadline to the next one.
TEST_F(batch_planner_test, bulk_that_is_held_goes_neither_alone_nor_beside_live) {
    send_share share(10s);
    share.set(0, true);
    make({.inputs_max = 10, .bulk_share = &share});
    add_many("b", 45, lane::bulk);
    mode.flushing = mode.pressure = true;
    EXPECT_EQ(planner->due_at(start, mode), start + 10s) << "it is asked again, and does not go";
    add_many("a", 5, lane::live);
    EXPECT_EQ(planner->due_at(start, mode), start);
    EXPECT_EQ(take_when_due(start).size(), 5U);
    EXPECT_EQ(planner->due_at(start + 10s, mode), start + 20s);
    share.set(0, false);
    EXPECT_EQ(take_when_due(start + 10s).size(), 10U);
}

TEST_F(batch_planner_test, bulk_object_that_becomes_live_goes_with_the_live) {
    add_many("b", 3, lane::bulk);
    add("b2", lane::live);
    add("x");
    EXPECT_EQ(take().front(), "b2");
}

TEST_F(batch_planner_test, entries_of_objects_that_are_gone_with_their_page_are_dropped) {
    const int two_pages = 2 * object_pages::page_objects;
    add_many("b", two_pages, lane::bulk);
    add_many("b", two_pages, lane::live); // their places among the bulk are stale from now on
    mode.flushing = true;
    int gone = 0;
    while (gone < two_pages) {
        const std::vector<object_index> batch = planner->take(start, mode);
        ASSERT_FALSE(batch.empty());
        for (const object_index index : batch) pending.drop_head(index);
        gone += static_cast<int>(batch.size());
    }
    EXPECT_EQ(planner->due_at(start, mode), boot_time::max());
    add("b0", lane::bulk);
    EXPECT_EQ(take(), std::vector<std::string>{"b0"});
}

TEST_F(batch_planner_test, body_stays_within_its_bytes_and_a_large_one_goes_alone) {
    planner_options options;
    options.body_bytes_max = 3000;
    make(options);
    const std::string kilobyte = "\"" + std::string(1000, 'v') + "\"";
    for (const char* id : {"1", "2", "3", "4"}) add(id, lane::live, start, 1, kilobyte);
    add("5", lane::live, start, 1, "\"" + std::string(9000, 'v') + "\"");
    add("6", lane::live, start, 1, kilobyte);
    EXPECT_EQ(take(), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(take(), (std::vector<std::string>{"3", "4"}));
    EXPECT_EQ(take(), (std::vector<std::string>{"5"}));
    EXPECT_EQ(take(), (std::vector<std::string>{"6"}));
}

TEST_F(batch_planner_test, batch_is_of_so_many_records_that_settling_them_fits_in_memory) {
    std::uint64_t file = 0;
    for (const char* id : {"1", "2", "3"}) {
        record_block block(++file);
        for (std::size_t i = 0; i < pending_change::records_max / 2; ++i)
            block.record(id, {{"name", "1"}});
        block_merge merge(pending, block.block());
        bool is_new = false;
        object_index index = 0;
        for (std::size_t i = 0; i < block.block().records.size(); ++i)
            index = merge.add(i, start, is_new);
        planner->place(index, start);
    }
    EXPECT_EQ(take(), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(take(), (std::vector<std::string>{"3"}));
}

TEST_F(batch_planner_test, lowered_inputs_max_binds_and_never_rises) {
    add_many("a", 100);
    planner->lower_inputs_max(10);
    EXPECT_EQ(take().size(), 10U);
    planner->lower_inputs_max(50);
    EXPECT_EQ(take().size(), 10U);
    planner->lower_inputs_max(0);
    EXPECT_EQ(take().size(), 1U);
}

TEST_F(batch_planner_test, suspects_go_first_smallest_batch_cap_first_one_cap_a_batch) {
    add_many("a", 100);
    for (int i = 0; i < 5; ++i) add_suspect("s50-" + std::to_string(i), 50);
    for (int i = 0; i < 5; ++i) add_suspect("s3-" + std::to_string(i), 3);
    EXPECT_EQ(planner->due_at(start, mode), start);
    EXPECT_EQ(take(), (std::vector<std::string>{"s3-0", "s3-1", "s3-2"}));
    EXPECT_EQ(take(), (std::vector<std::string>{"s3-3", "s3-4"}));
    EXPECT_EQ(count_of(take(), 's'), 5U);
    EXPECT_EQ(count_of(take(), 'a'), 100U);
}

TEST_F(batch_planner_test, many_suspects_leave_one_fresh_batch_a_round_as_control) {
    planner_options options;
    options.inputs_max = 10;
    make(options);
    for (int i = 0; i < 200; ++i) add_suspect("s" + std::to_string(i), 5);
    add_many("a", 100);
    std::string order;
    for (int i = 0; i < 10; ++i) order += take().front().front();
    EXPECT_EQ(order, "ssssassssa");
}

TEST_F(batch_planner_test, fresh_batch_in_flight_is_control_enough_for_many_suspects) {
    planner_options options;
    options.inputs_max = 10;
    make(options);
    add_many("a", 100);
    for (int i = 0; i < 40; ++i) planner->count_suspect(+1); // all of them under way or backing off
    EXPECT_EQ(planner->due_at(start, mode), start);
    mode.fresh_in_flight = true;
    EXPECT_EQ(planner->due_at(start, mode), boot_time::max());
    planner->count_suspect(-1);
    EXPECT_EQ(planner->due_at(start, mode), start);
}

TEST_F(batch_planner_test, object_that_backs_off_comes_when_its_time_has_come) {
    const object_index x = add("x");
    pending.at(x).not_before = start + 5s;
    planner->place(x, start);
    EXPECT_EQ(planner->due_at(start, mode), start + 5s);
    EXPECT_TRUE(take_when_due(start + 4999ms).empty());
    EXPECT_EQ(take_when_due(start + 5s), std::vector<std::string>{"x"});
}

TEST_F(batch_planner_test, values_that_may_still_land_go_again_and_others_wait) {
    const object_index same = add("same");
    const object_index newer = add("newer");
    for (const object_index x : {same, newer}) pending.at(x).lands_until = start + 2min;
    pending.at(same).frozen = true;
    planner->place(same, start);
    planner->place(newer, start);
    EXPECT_EQ(take_when_due(start + 1s), std::vector<std::string>{"same"});
    EXPECT_EQ(planner->due_at(start + 1s, mode), start + 2min);
    EXPECT_EQ(take_when_due(start + 2min), std::vector<std::string>{"newer"});
}

TEST_F(batch_planner_test, change_beyond_the_frontier_waits_for_it) {
    add("x", lane::live, start, 101);
    add("y", lane::live, start, 102);
    EXPECT_EQ(planner->due_at(start + 1h, mode), boot_time::max());
    planner->raise_frontiers({end_of_file(101), end_of_file(101)}, start);
    EXPECT_EQ(take_when_due(start + 1s), std::vector<std::string>{"x"});
    planner->raise_frontiers({end_of_file(50), end_of_file(50)}, start); // it never falls
    planner->raise_frontiers({end_of_file(102), end_of_file(102)}, start);
    EXPECT_EQ(take_when_due(start + 1s), std::vector<std::string>{"y"});
}

TEST_F(batch_planner_test, object_in_flight_is_in_no_queue) {
    const object_index x = add("x");
    pending.at(x).phase = object_phase::in_flight;
    planner->place(x, start);
    EXPECT_EQ(planner->due_at(start + 1h, mode), boot_time::max());
}

TEST_F(batch_planner_test, placing_again_makes_no_second_entry) {
    const object_index x = add("x");
    for (int i = 0; i < 5; ++i) planner->place(x, start);
    EXPECT_EQ(take(start + 1s), std::vector<std::string>{"x"});
    EXPECT_TRUE(take(start + 1s).empty());
}

TEST_F(batch_planner_test, probe_is_another_object_each_time) {
    add_many("a", 3);
    std::vector<std::string> asked;
    for (int i = 0; i < 4; ++i) {
        object_index probe = 0;
        ASSERT_TRUE(planner->take_probe({start}, {}, probe));
        asked.push_back(pending.at(probe).id);
        planner->place(probe, start);
    }
    EXPECT_EQ(asked, (std::vector<std::string>{"a1", "a0", "a2", "a1"}));
}

TEST_F(batch_planner_test, first_probe_may_be_any_fresh_object_of_both_lanes) {
    add("live");
    add_many("bulk", 2, lane::bulk);
    object_index probe = 0;
    ASSERT_TRUE(planner->take_probe({start, {}, 0.99}, {}, probe));
    EXPECT_EQ(pending.at(probe).id, "bulk1");
    planner->place(probe, start);
    ASSERT_TRUE(planner->take_probe({start, {}, 0.99}, {}, probe));
    EXPECT_EQ(pending.at(probe).id, "live");
}

TEST_F(batch_planner_test, probe_prefers_what_is_asked_for_if_it_may_go) {
    add_many("a", 3);
    const object_index held = add("held");
    const object_index asked = add("asked");
    pending.at(held).lands_until = start + 1min;
    planner->place(held, start);
    object_index probe = 0;
    ASSERT_TRUE(planner->take_probe({start}, {held, asked}, probe));
    EXPECT_EQ(probe, asked);
}

TEST_F(batch_planner_test, probe_takes_a_suspect_or_one_that_backs_off_if_there_is_no_other) {
    const object_index later = add("later");
    pending.at(later).not_before = start + 1h;
    planner->place(later, start);
    const object_index sooner = add("sooner");
    pending.at(sooner).not_before = start + 1min;
    planner->place(sooner, start);
    const object_index suspect = add_suspect("suspect", 7);

    object_index probe = 0;
    for (const object_index expected : {suspect, sooner, later}) {
        ASSERT_TRUE(planner->take_probe({start}, {}, probe));
        EXPECT_EQ(probe, expected);
    }
    EXPECT_FALSE(planner->take_probe({start}, {}, probe));
}

TEST_F(batch_planner_test, probe_leaves_alone_what_may_still_land_or_lies_beyond_the_frontier) {
    const object_index held = add("held");
    pending.at(held).lands_until = start + 1min;
    planner->place(held, start);
    add("beyond", lane::live, start, 101);
    object_index probe = 0;
    EXPECT_FALSE(planner->take_probe({start}, {}, probe));
    ASSERT_TRUE(planner->take_probe({start + 1min}, {}, probe));
    EXPECT_EQ(probe, held);
}

} // namespace
} // namespace hubspool
