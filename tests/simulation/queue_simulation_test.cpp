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
    const std::uint64_t seeds_most = 10000;
    std::string found;
    for (std::uint64_t seed = 1; seed <= seeds_most && found.empty(); ++seed) {
        world_options w = few_small_files(seed);
        w.rows_by_mark = true;
        try {
            (void)simulated_world(w).run();
        } catch (const breach& b) {
            found = b.what();
        }
    }
    EXPECT_NE(found, "") << "the fault is not found";
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
