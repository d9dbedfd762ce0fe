// Many small queues of few files: claims, rows, moves and starts, with kills between any two of
// them.
#include "simulation/short_world.hpp"
#include "simulation/simulated_world.hpp"
#include "simulation/simulation_seeds.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulation {
namespace {

// One input a batch, so that a file settles while an earlier one does not.
world_options few_small_files(std::uint64_t seed) {
    world_options w = short_world(seed);
    w.records.files = 3 + static_cast<std::uint32_t>(seed % 3);
    w.records.records_a_file = 1 + static_cast<std::uint32_t>(seed % 2);
    w.records.objects = 3;
    w.kill_share = 0.05;
    w.faults_for = std::chrono::seconds(20);
    w.engine.planner.inputs_max = 1;
    w.engine.planner.linger = milliseconds(0);
    w.engine.late = milliseconds(1500);
    w.server.late = milliseconds(1400);
    w.engine.retry_max = milliseconds(2000);
    w.engine.breaker.probe_max = milliseconds(2000);
    return w;
}

TEST(queue_simulation, scenario_64_few_small_files_keep_their_promises_under_kills) {
    for_seeds(3000, [](std::uint64_t seed) { (void)simulated_world(few_small_files(seed)).run(); });
}

// What a start may leave out must follow from cur/: a mark of what has left passes files that are
// still there.
TEST(queue_simulation, scenario_64_rows_above_a_mark_forget_files_within_10000_seeds) {
    if (is_sanitized) GTEST_SKIP() << "the plain build looks for it";
    const auto story = [](std::uint64_t seed) {
        world_options w = few_small_files(seed);
        w.rows_by_mark = true;
        return w;
    };
    EXPECT_NE(first_breach(10000, story), "") << "the fault is not found";
}

world_options lanes_apart(std::uint64_t seed) {
    world_options w = few_small_files(seed);
    w.records.files = 5;
    w.records.objects = 2;
    w.kill_share = 0.1;
    return w;
}

// Scenario 42: the run before has delivered of one lane what is not read again yet.
TEST(queue_simulation, scenario_42_lanes_side_by_side_keep_their_promises_under_kills) {
    for_seeds(1500, [](std::uint64_t seed) {
        world_options w = lanes_apart(seed);
        w.engine.pending_bytes_max = 4000; // some objects, of which a lane gets three quarters
        (void)simulated_world(w).run();
    });
}

TEST(queue_simulation, scenario_42_one_frontier_or_none_fails_within_5000_seeds) {
    using wait_for = world_options::wait_for;
    if (is_sanitized) GTEST_SKIP() << "the plain build looks for it";
    for (const wait_for less : {wait_for::one, wait_for::none}) {
        const auto story = [&](std::uint64_t seed) {
            world_options w = lanes_apart(seed);
            w.frontiers = less;
            return w;
        };
        EXPECT_NE(first_breach(5000, story), "") << "the fault is not found";
    }
}

// Scenario 47: a live file has left cur/ before an older bulk file, and the database is lost.
TEST(queue_simulation, scenario_47_files_leave_in_number_order_over_both_lanes) {
    std::uint64_t databases = 0;
    for_seeds(1000, [&](std::uint64_t seed) {
        world_options w = lanes_apart(seed);
        w.database_share = 0.5;
        w.records.dated_share = 0.2;
        databases += simulated_world(w).run().databases;
    });
    EXPECT_GT(databases, 0U);
}

world_options power_lost_behind_databases(std::uint64_t seed) {
    world_options w = lanes_apart(seed);
    w.trim_share = 0; // which makes moves durable as well, soon after the start
    w.records.files = 8;
    w.kill_share = 0.15;
    w.power_share = 0.4;
    w.database_share = 0.5;
    return w;
}

// Scenario 47: what had left is back after a power loss, and of what it had delivered nothing is
// known.
TEST(queue_simulation, scenario_47_what_had_left_when_the_database_was_lost_stays_away) {
    std::uint64_t databases = 0;
    for_seeds(1000, [&](std::uint64_t seed) {
        databases += simulated_world(power_lost_behind_databases(seed)).run().databases;
    });
    EXPECT_GT(databases, 0U);
}

TEST(queue_simulation, scenario_47_moves_that_are_not_durable_fail_within_5000_seeds) {
    if (is_sanitized) GTEST_SKIP() << "the plain build looks for it";
    const auto story = [](std::uint64_t seed) {
        world_options w = power_lost_behind_databases(seed);
        w.syncs_moves = false;
        return w;
    };
    EXPECT_NE(first_breach(5000, story), "") << "the fault is not found";
}

// Scenarios 11 and 46: after a kill the database is gone, or is one of three older copies.
TEST(queue_simulation, scenario_46_lost_and_old_databases_bring_nothing_back) {
    std::uint64_t databases = 0;
    for_seeds(1000, [&](std::uint64_t seed) {
        world_options w = few_small_files(seed);
        w.database_share = 0.5;
        w.records.files = 8;
        w.records.objects = 2;
        w.kill_share = 0.1;
        databases += simulated_world(w).run().databases;
    });
    EXPECT_GT(databases, 0U);
}

// Scenario 43: an object's records fill several changes, of which the run before has delivered a
// later one.
TEST(queue_simulation, scenario_43_changes_that_fill_up_bring_nothing_back_without_rows) {
    for_seeds(1000, [](std::uint64_t seed) {
        world_options w = few_small_files(seed);
        w.database_share = 0.3;
        w.records.files = 6;
        w.records.records_a_file = 3;
        w.records.objects = 2;
        w.engine.planner.body_bytes_max = 300; // a change holds some three fields
        (void)simulated_world(w).run();
    });
}

} // namespace
} // namespace hubspool::simulation
