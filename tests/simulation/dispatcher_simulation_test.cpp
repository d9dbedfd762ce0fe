#include <cstdlib>

#include <gtest/gtest.h>

#include "simulation/simulated_world.hpp"

namespace hubspool::simulation {
namespace {

// HUBSPOOL_SEED repeats one seed; HUBSPOOL_SEEDS runs more of them.
std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* const text = std::getenv(name);
    return text != nullptr ? std::strtoull(text, nullptr, 10) : otherwise;
}

world_options usual(std::uint64_t seed) {
    world_options w;
    w.seed = seed;
    w.engine.late = milliseconds(2500);
    w.engine.limiter.requests = 50;
    w.engine.retry_initial = milliseconds(200);
    w.engine.retry_max = milliseconds(5000);
    w.engine.breaker.initial = milliseconds(200);
    w.engine.breaker.probe_max = milliseconds(5000);
    w.engine.planner.linger = milliseconds(50);
    return w;
}

template <class Check> void for_seeds(std::uint64_t count, Check check) {
    const std::uint64_t only = number_from("HUBSPOOL_SEED", 0);
    const std::uint64_t last = only != 0 ? only : number_from("HUBSPOOL_SEEDS", count);
    for (std::uint64_t seed = only != 0 ? only : 1; seed <= last; ++seed) {
        try {
            check(seed);
        } catch (const breach& b) {
            FAIL() << b.what() << "\nrepeat with HUBSPOOL_SEED=" << seed;
        }
        if (::testing::Test::HasFailure()) FAIL() << "repeat with HUBSPOOL_SEED=" << seed;
    }
}

TEST(dispatcher_simulation, promises_hold_under_faults_and_kills) {
    for_seeds(2000, [](std::uint64_t seed) {
        const world_report report = simulated_world(usual(seed)).run();
        EXPECT_TRUE(report.dead_objects.empty()) << *report.dead_objects.begin() << " died";
    });
}

TEST(dispatcher_simulation, only_unknown_and_poisoned_objects_die) {
    for_seeds(500, [](std::uint64_t seed) {
        world_options w = usual(seed);
        w.objects = 30;
        w.files = 10;
        w.records_a_file = 20;
        w.kill_share = 0.005;
        w.server.unknown = {"103", "111"};
        w.server.poison = {"107"};
        const world_report report = simulated_world(w).run();
        for (const std::string& id : report.dead_objects)
            EXPECT_TRUE(id == "103" || id == "111" || id == "107") << id << " died";
    });
}

} // namespace
} // namespace hubspool::simulation
