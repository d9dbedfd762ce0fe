// What HubSpot has already is not sent: values that come again and again, over kills, exports that
// come late, lost databases and a lost ledger. Each rule of it is switched off once, to show that
// this finds what comes of it.
#include "simulation/simulated_world.hpp"
#include "simulation/simulation_seeds.hpp"

#include <gtest/gtest.h>

#include <string_view>

namespace hubspool::simulation {
namespace {

world_options repeating(std::uint64_t seed) {
    world_options w;
    w.seed = seed;
    w.records.files = 12;
    w.records.objects = 3;
    w.records.values = 2;
    w.records.dated_share = 0.3;
    w.ledger_share = 0.02;
    w.trim_share = 0;
    w.engine.notes_values = w.engine.skips_unchanged = true;
    w.engine.late = milliseconds(2500);
    w.engine.limiter.requests = 50;
    w.engine.retry_initial = milliseconds(200);
    w.engine.retry_max = milliseconds(5000);
    w.engine.breaker.initial = milliseconds(200);
    w.engine.breaker.probe_max = milliseconds(5000);
    w.engine.planner.linger = milliseconds(50);
    return w;
}

world_options with_lost_databases(std::uint64_t seed) {
    world_options w = repeating(seed);
    w.database_share = 0.5;
    w.trim_share = 0.1;
    if (seed % 2 == 0) w.ledger_share = 0.5; // of what the database forgot it seldom knows
    return w;
}

// Whether one of many stories ends with values that are not the newest.
template <class Make>
bool is_breached(Make make) {
    return !first_breach(5000, make, "FINAL").empty();
}

TEST(unchanged_simulation, value_of_the_largest_key_stands_at_the_end) {
    std::uint64_t unchanged = 0, overtaken = 0;
    for_seeds(600, [&](std::uint64_t seed) {
        const world_report report = simulated_world(repeating(seed)).run();
        EXPECT_TRUE(report.dead_objects.empty()) << *report.dead_objects.begin() << " died";
        unchanged += report.unchanged;
        overtaken += report.overtaken;
    });
    EXPECT_GT(unchanged, 0U);
    EXPECT_GT(overtaken, 0U);
}

TEST(unchanged_simulation, it_does_where_the_database_is_lost_or_an_old_copy) {
    std::uint64_t unchanged = 0;
    for_seeds(600, [&](std::uint64_t seed) {
        unchanged += simulated_world(with_lost_databases(seed)).run().unchanged;
    });
    EXPECT_GT(unchanged, 0U);
}

TEST(unchanged_simulation, it_does_beside_objects_that_die_and_replays) {
    std::uint64_t unchanged = 0;
    for_seeds(400, [&](std::uint64_t seed) {
        world_options w = repeating(seed);
        w.records.replay_share = 0.3;
        w.server.poison = {"102"};
        w.records.values = 3;
        w.server.refused_each = 3;
        unchanged += simulated_world(w).run().unchanged;
    });
    EXPECT_GT(unchanged, 0U);
}

// Else an older one of another value, which comes late, goes over it.
TEST(unchanged_simulation, without_counting_what_is_skipped_as_acknowledged_it_does_not) {
    if (is_sanitized) GTEST_SKIP() << "the plain build looks for it";
    EXPECT_TRUE(is_breached([](std::uint64_t seed) {
        world_options w = repeating(seed);
        w.ledger_learns_unchanged = false;
        return w;
    }));
}

// Else what the run before may have sent is taken for what stands there.
TEST(unchanged_simulation, without_knowing_what_was_read_before_it_does_not) {
    if (is_sanitized) GTEST_SKIP() << "the plain build looks for it";
    EXPECT_TRUE(is_breached([](std::uint64_t seed) {
        world_options w = repeating(seed);
        w.tells_what_was_read = false;
        return w;
    }));
}

// Else what an old copy of the database has forgotten does not count, where the ledger is lost,
// too.
TEST(unchanged_simulation, without_the_horizon_it_does_not) {
    if (is_sanitized) GTEST_SKIP() << "the plain build looks for it";
    EXPECT_TRUE(is_breached([](std::uint64_t seed) {
        world_options w = with_lost_databases(seed);
        w.ledger_share = 1;
        w.records.dated_share = 0;
        w.tells_horizon = false;
        return w;
    }));
}

} // namespace
} // namespace hubspool::simulation
