// Answers that may be one record's fault as well as everybody's: several culprits, each with a kind
// of its own, and a portal that answers so to everything for a while, under faults and kills.
#include "simulation/short_world.hpp"
#include "simulation/simulated_world.hpp"
#include "simulation/simulation_seeds.hpp"

#include <gtest/gtest.h>

#include <random>

namespace hubspool::simulation {
namespace {

world_options with_culprits(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    world_options w = short_world(seed);
    w.kill_share = 0.005;
    w.feed_controls = true;
    w.server.fault_share = 0.1;
    for (const char* id : {"101", "104"}) w.server.doubted.emplace(id, random() % kinds_of_doubt);
    const boot_time from = boot_time(std::chrono::hours(1)) + milliseconds(random() % 120'000);
    w.server.all_doubted = {
        {from, from + milliseconds(random() % 1'200'000), random() % kinds_of_doubt}};
    return w;
}

TEST(doubt_simulation, scenario_56_culprits_die_through_faults_and_kills_and_nobody_else) {
    for_seeds(300, [](std::uint64_t seed) {
        const world_options w = with_culprits(seed);
        const world_report report = simulated_world(w).run();
        for (const std::string& id : report.dead_objects)
            EXPECT_TRUE(w.server.doubted.contains(id)) << id << " died";
        EXPECT_FALSE(report.dead_objects.empty());
    });
}

// Killed after a few attempts each time: only charges that outlive that come to ten.
TEST(doubt_simulation, culprits_die_though_no_run_lives_long_enough) {
    for_seeds(30, [](std::uint64_t seed) {
        world_options w = with_culprits(seed);
        w.server.all_doubted.reset();
        w.faults_for = w.patience = std::chrono::hours(4);
        w.kill_share = 0.03;
        w.power_share = 0;
        const world_report report = simulated_world(w).run();
        for (const std::string& id : report.dead_objects)
            EXPECT_TRUE(w.server.doubted.contains(id)) << id << " died";
        EXPECT_GT(report.kills, 10U);
    });
}

} // namespace
} // namespace hubspool::simulation
