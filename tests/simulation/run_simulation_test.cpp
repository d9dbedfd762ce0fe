// Whole runs: drains to their end, stops and starts, pauses, rests.
#include "simulation/short_world.hpp"
#include "simulation/simulated_world.hpp"
#include "simulation/simulation_seeds.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hubspool::simulation {
namespace {

using namespace std::chrono_literals;
using cause = drain_end::cause;

world_options short_run(std::uint64_t seed) {
    world_options w = short_world(seed);
    w.kill_share = 0.005;
    w.faults_for = 1min;
    return w;
}

world_options short_drain(std::uint64_t seed) {
    world_options w = short_run(seed);
    w.engine.drain = true;
    w.patience_of_drain = drain_patience::until(std::nullopt);
    return w;
}

// A drain without faults of others, that ends by itself.
cause end_of_a_drain(world_options w) {
    w.kill_share = 0;
    w.starts_again = false;
    const world_report report = simulated_world(std::move(w)).run();
    return report.ends.back().why;
}

// Of which some end at a park that a fault has brought.
TEST(run_simulation, drains_end_as_done_when_all_is_settled_under_faults_and_kills) {
    for_seeds(300, [](std::uint64_t seed) {
        const world_report report = simulated_world(short_drain(seed)).run();
        EXPECT_EQ(report.ends.back().why, cause::done) << report.ends.back().words;
    });
}

TEST(run_simulation, drain_that_is_paused_or_stopped_goes_on_with_the_next) {
    std::uint64_t stopped = 0, parked = 0;
    for_seeds(200, [&](std::uint64_t seed) {
        world_options w = short_drain(seed);
        w.pause_share = 0.01;
        w.stop_share = 0.003;
        const world_report report = simulated_world(w).run();
        EXPECT_EQ(report.ends.back().why, cause::done) << report.ends.back().words;
        for (const drain_end& end : report.ends) {
            stopped += end.why == cause::stopped ? 1 : 0;
            parked += end.why == cause::parked ? 1 : 0;
        }
    });
    EXPECT_GT(stopped, 0U);
    EXPECT_GT(parked, 0U);
}

// Each sends what it may, and the last one finishes.
TEST(run_simulation, drain_with_so_many_requests_stops_clean_and_the_next_ones_finish) {
    std::uint64_t spent = 0;
    for_seeds(200, [&](std::uint64_t seed) {
        world_options w = short_drain(seed);
        w.engine.planner.inputs_max = 3;
        w.engine.requests_max = 1 + seed % 4;
        w.stop_share = seed % 2 == 0 ? 0.003 : 0;
        const world_report report = simulated_world(w).run();
        EXPECT_EQ(report.ends.back().why, cause::done) << report.ends.back().words;
        for (const drain_end& end : report.ends) spent += end.why == cause::spent ? 1 : 0;
    });
    EXPECT_GT(spent, 0U);
}

// A deadline at any moment, too: what it leaves is the next one's.
TEST(run_simulation, drain_with_a_deadline_stops_clean_and_the_next_ones_finish) {
    std::uint64_t too_late = 0;
    for_seeds(100, [&](std::uint64_t seed) {
        world_options w = short_drain(seed);
        w.engine.planner.inputs_max = 1; // more requests than a window takes
        w.patience_of_drain = drain_patience::until(milliseconds(3000 + seed % 10 * 300));
        const world_report report = simulated_world(w).run();
        EXPECT_EQ(report.ends.back().why, cause::done) << report.ends.back().words;
        for (const drain_end& end : report.ends) too_late += end.why == cause::too_late ? 1 : 0;
    });
    EXPECT_GT(too_late, 0U);
}

// Killed, stopped and with as_of of their own: what the one lane has delivered goes by its key when
// the other one is read at last.
TEST(run_simulation, drains_of_one_lane_and_then_of_both_deliver_the_newest_values) {
    for_seeds(300, [](std::uint64_t seed) {
        world_options w = short_drain(seed);
        w.only = seed % 2 == 0 ? lane::bulk : lane::live;
        w.stop_share = seed % 3 == 0 ? 0.003 : 0;
        const world_report report = simulated_world(w).run();
        ASSERT_GE(report.ends.size(), 2U);
        EXPECT_EQ(report.ends.back().why, cause::done) << report.ends.back().words;
    });
}

TEST(run_simulation, drain_ends_by_itself_with_what_no_waiting_ends) {
    for_seeds(10, [](std::uint64_t seed) {
        world_options alone = short_drain(seed);
        alone.records = {1, 1, 1, 0};
        alone.server.fault_share = 0;
        alone.server.deadly = {"100"};
        EXPECT_EQ(end_of_a_drain(alone), cause::stuck);

        world_options wrong_account = short_drain(seed);
        wrong_account.records = {40, 100, 3000, 0};
        wrong_account.server.fault_share = 0;
        wrong_account.server.all_unknown = true;
        wrong_account.engine.brake.count = 50;
        EXPECT_EQ(end_of_a_drain(wrong_account), cause::parked);

        world_options out_of_reach = short_drain(seed);
        out_of_reach.day = day_plan{.zone = "UTC", .daily = 100000, .spells = {}, .arrivals = {}};
        out_of_reach.day->spells = {{trouble::refusal, 0h, 5h}};
        EXPECT_EQ(end_of_a_drain(out_of_reach), cause::silent);
        out_of_reach.patience_of_drain = drain_patience::until(30s);
        EXPECT_EQ(end_of_a_drain(out_of_reach), cause::too_late);
    });
}

TEST(run_simulation, pauses_and_stops_lose_nothing_and_nothing_is_sent_in_a_pause) {
    std::uint64_t pauses = 0, stops = 0;
    for_seeds(300, [&](std::uint64_t seed) {
        world_options w = short_run(seed);
        w.pause_share = 0.02;
        w.stop_share = 0.002;
        const world_report report = simulated_world(w).run();
        EXPECT_TRUE(report.dead_objects.empty());
        pauses += report.pauses;
        stops += report.ends.size();
    });
    EXPECT_GT(pauses, 0U);
    EXPECT_GT(stops, 0U);
}

// A file every few minutes, a token every quarter of an hour, and pauses: most of them come to a
// daemon that rests.
TEST(run_simulation, rest_misses_neither_a_pause_nor_a_token) {
    for_seeds(30, [](std::uint64_t seed) {
        world_options w = short_run(seed);
        w.kill_share = 0.001;
        w.pause_share = 0.01;
        w.faults_for = 6h;
        w.server.fault_share = 0.02;
        day_plan day{.zone = "UTC", .daily = 100000, .spells = {}, .arrivals = {}};
        day.token_life = 15min;
        for (int i = 0; i < 100; ++i) day.arrivals.push_back(i * 211s);
        w.day = std::move(day);
        w.records = {100, 2, 50, 0};
        const world_report report = simulated_world(w).run();
        EXPECT_GT(report.rests, 50U);
        EXPECT_GT(report.pauses, 3U);
    });
}

} // namespace
} // namespace hubspool::simulation
