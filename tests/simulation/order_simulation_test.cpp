// Order by time: exports that come late, over kills, lost databases and a lost ledger.
#include "simulation/simulated_world.hpp"
#include "simulation/simulation_seeds.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulation {
namespace {

world_options dated(std::uint64_t seed) {
    world_options w;
    w.seed = seed;
    w.records.files = 8;
    w.records.objects = 4;
    w.records.dated_share = 0.4;
    w.ledger_share = 0.02;
    w.engine.late = milliseconds(2500);
    w.engine.limiter.requests = 50;
    w.engine.retry_initial = milliseconds(200);
    w.engine.retry_max = milliseconds(5000);
    w.engine.breaker.initial = milliseconds(200);
    w.engine.breaker.probe_max = milliseconds(5000);
    w.engine.planner.linger = milliseconds(50);
    return w;
}

// Scenarios 38 to 42, 45.
TEST(order_simulation, value_of_the_largest_key_stands_at_the_end) {
    std::uint64_t overtaken = 0;
    for_seeds(900, [&](std::uint64_t seed) {
        world_options w = dated(seed);
        w.trim_share = 0; // else what comes after it may be too late
        const world_report report = simulated_world(w).run();
        EXPECT_TRUE(report.dead_objects.empty()) << *report.dead_objects.begin() << " died";
        overtaken += report.overtaken;
    });
    EXPECT_GT(overtaken, 0U);
}

world_options replayed(std::uint64_t seed) {
    world_options w = dated(seed);
    w.records.dated_share = seed % 2 == 0 ? 0.4 : 0;
    w.records.replay_share = 0.6;
    return w;
}

// Scenarios 49, 50: of files that are settled, pending, or replays themselves, in any order.
TEST(order_simulation, replays_put_nothing_back_and_are_settled_once) {
    std::uint64_t overtaken = 0;
    for_seeds(600, [&](std::uint64_t seed) {
        world_options w = replayed(seed);
        w.trim_share = 0;
        const world_report report = simulated_world(w).run();
        EXPECT_TRUE(report.dead_objects.empty()) << *report.dead_objects.begin() << " died";
        overtaken += report.overtaken;
    });
    EXPECT_GT(overtaken, 0U);
}

// Of files of which some died, and after a database that was lost.
TEST(order_simulation, replays_do_so_beside_objects_that_die_and_lost_databases) {
    for_seeds(600, [](std::uint64_t seed) {
        world_options w = replayed(seed);
        w.server.unknown = {"101"};
        w.server.poison = {"102"};
        w.server.refused_each = 7;
        if (seed % 3 != 0) return (void)simulated_world(w).run();
        w.server.refused_each = 0;
        w.database_share = 0.5;
        w.trim_share = 0.1;
        (void)simulated_world(w).run();
    });
}

// Scenarios 44, 51: what dies takes nothing with it that was not wanted, and leaves its doubts.
TEST(order_simulation, it_does_beside_objects_that_die) {
    for_seeds(600, [](std::uint64_t seed) {
        world_options w = dated(seed);
        w.server.unknown = {"101"};
        w.server.poison = {"102"};
        w.server.refused_each = 7; // of an object of which others were delivered
        (void)simulated_world(w).run();
    });
}

// Scenario 49: a dead letter goes once more with a key for each of its values. With a new key, or
// the newest for all, older values would go over newer ones; with the oldest newer ones were lost.
TEST(order_simulation, scenario_49_retried_letters_leave_what_is_newer) {
    std::uint64_t retries = 0, lines = 0, well = 0, overtaken = 0;
    for_seeds(900, [&](std::uint64_t seed) {
        world_options w = dated(seed);
        w.server.refused_each = 7;
        w.server.poison = {"102"};
        w.retry_share = 0.1;
        const world_report report = simulated_world(w).run();
        retries += report.retries;
        lines += report.retried_lines;
        well += report.retried_well;
        overtaken += report.overtaken;
    });
    EXPECT_GT(retries, 0U);
    EXPECT_GT(lines, retries);
    EXPECT_GT(well, 0U);
    EXPECT_GT(overtaken, 0U);
}

TEST(order_simulation, scenario_49_they_do_where_the_database_is_lost) {
    std::uint64_t retries = 0;
    for_seeds(600, [&](std::uint64_t seed) {
        world_options w = dated(seed);
        w.server.refused_each = 7;
        w.retry_share = 0.1;
        w.database_share = 0.3;
        w.trim_share = 0.1;
        retries += simulated_world(w).run().retries;
    });
    EXPECT_GT(retries, 0U);
}

// Scenarios 46 to 48: then what is older than cur/ asks a person.
TEST(order_simulation, it_does_where_the_database_is_lost_or_an_old_copy) {
    std::uint64_t databases = 0;
    for_seeds(900, [&](std::uint64_t seed) {
        world_options w = dated(seed);
        w.database_share = 0.5;
        w.trim_share = 0.1;
        databases += simulated_world(w).run().databases;
    });
    EXPECT_GT(databases, 0U);
}

} // namespace
} // namespace hubspool::simulation
