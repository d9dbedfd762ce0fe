#include "simulation/short_world.hpp"
#include "simulation/simulated_world.hpp"
#include "simulation/simulation_seeds.hpp"

#include <gtest/gtest.h>

namespace hubspool::simulation {
namespace {

TEST(dispatcher_simulation, promises_hold_under_faults_and_kills) {
    for_seeds(2000, [](std::uint64_t seed) {
        const world_report report = simulated_world(short_world(seed)).run();
        EXPECT_TRUE(report.dead_objects.empty()) << *report.dead_objects.begin() << " died";
    });
}

TEST(dispatcher_simulation, only_unknown_and_poisoned_objects_die) {
    for_seeds(500, [](std::uint64_t seed) {
        world_options w = short_world(seed);
        w.records.objects = 30;
        w.records.files = 10;
        w.records.records_a_file = 20;
        w.kill_share = 0.005;
        w.server.unknown = {"103", "111"};
        w.server.poison = {"107"};
        const world_report report = simulated_world(w).run();
        for (const std::string& id : report.dead_objects)
            EXPECT_TRUE(id == "103" || id == "111" || id == "107") << id << " died";
    });
}

// Scenario 12: the byte limit fills before the frontier is reached, or was lowered before the
// restart.
TEST(dispatcher_simulation, scenario_12_small_memory_never_stands_still) {
    for_seeds(100, [](std::uint64_t seed) {
        world_options w = short_world(seed);
        w.records.files = 12;
        w.records.records_a_file = 20;
        w.records.objects = 60;
        w.engine.pending_bytes_max = 3000; // about six objects
        const world_report report = simulated_world(w).run();
        EXPECT_TRUE(report.dead_objects.empty());
    });
}

// Scenario 7: another account's credential makes every object unknown.
TEST(dispatcher_simulation, scenario_07_wrong_portal_parks_and_resumes_when_mended) {
    for_seeds(20, [](std::uint64_t seed) {
        world_options w = short_world(seed);
        w.records.files = 40;
        w.records.records_a_file = 100;
        w.records.objects = 3000;
        w.records.bad_share = 0;
        w.kill_share = 0;
        w.server.fault_share = 0;
        w.server.all_unknown = true;
        w.portal_mended_at_resume = true;
        w.engine.brake.count = 50;
        const world_report report = simulated_world(w).run();
        EXPECT_GT(report.requests_at_park, 0U) << "never parked";
        EXPECT_LE(report.requests_at_park, 300U);
        EXPECT_LE(report.dead_objects.size(), 50U);
    });
}

// Scenario 5: one input makes the server answer 500 each time.
TEST(dispatcher_simulation, scenario_05_deadly_input_dies_alone_among_many) {
    for_seeds(50, [](std::uint64_t seed) {
        world_options w = short_world(seed);
        w.records.files = 10;
        w.records.records_a_file = 60;
        w.records.objects = 500;
        w.records.bad_share = 0;
        w.server.fault_share = 0.05;
        w.kill_share = 0;
        w.server.deadly = {"150"};
        w.feed_controls = true;
        const world_report report = simulated_world(w).run();
        for (const std::string& id : report.dead_objects) EXPECT_EQ(id, "150");
    });
}

// Alone it cannot be told from an outage: it waits, and the next that comes is the control.
TEST(dispatcher_simulation, scenario_05_deadly_input_alone_dies_when_another_is_delivered) {
    for_seeds(20, [](std::uint64_t seed) {
        world_options w = short_world(seed);
        w.records.files = 1;
        w.records.records_a_file = 1;
        w.records.objects = 1;
        w.records.bad_share = 0;
        w.kill_share = 0;
        w.server.fault_share = 0;
        w.server.deadly = {"100"};
        w.feed_controls = true;
        const world_report report = simulated_world(w).run();
        EXPECT_EQ(report.dead_objects, std::set<std::string>{"100"});
        EXPECT_LE(report.ended.time_since_epoch(), std::chrono::hours(2));
    });
}

// Scenario 6: a captive portal answers 200 with HTML for an hour.
TEST(dispatcher_simulation, scenario_06_captive_portal_kills_nothing) {
    for_seeds(50, [](std::uint64_t seed) {
        world_options w = short_world(seed);
        w.records.files = 10;
        w.records.records_a_file = 60;
        w.records.objects = 400;
        w.records.bad_share = 0;
        w.kill_share = 0.001;
        w.faults_for = std::chrono::hours(1);
        w.server.fault_share = 1.0;
        w.server.only_html = true;
        const world_report report = simulated_world(w).run();
        EXPECT_TRUE(report.dead_objects.empty());
        // An hour of probes, not of thousands of requests.
        EXPECT_LT(report.requests, 2000U);
    });
}

} // namespace
} // namespace hubspool::simulation
