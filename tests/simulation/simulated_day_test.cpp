// Days of an account in seconds: tokens replaced every half hour, a change of the clocks, the daily
// quota spent twice (once by us, once by others), a migration of six hours, two outages, and kills.
#include "simulation/short_world.hpp"
#include "simulation/simulated_world.hpp"
#include "simulation/simulation_seeds.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

namespace hubspool::simulation {
namespace {

using namespace std::chrono_literals;
using namespace std::chrono;

constexpr std::uint32_t daily = 1000, ours_a_day = 800;
constexpr auto first_outage = spell{trouble::silence, 12h, 14h};
constexpr auto second_outage = spell{trouble::refusal, 45h, 46h};

// Noon in Berlin before the night in which the clocks change: the day that follows has 25 hours in
// October, 23 in March.
day_plan two_days_and_more(std::uint64_t seed) {
    day_plan day;
    day.zone = "Europe/Berlin";
    day.begins =
        seed % 2 == 0 ? sys_days(2026y / March / 28) + 11h : sys_days(2026y / October / 24) + 10h;
    day.daily = daily;
    day.spells = {first_outage,
                  {trouble::surge, 16h, seed % 2 == 0 ? 35h : 37h}, // to the end of that day
                  {trouble::migration, 38h, 44h},
                  second_outage};
    // A night's load at once, then a file every hour.
    for (int i = 0; i < 180; ++i) day.arrivals.push_back(i < 130 ? i * 1s : (i - 130) * 1h + 67min);
    return day;
}

world_options days(std::uint64_t seed) {
    world_options w = short_world(seed);
    w.day = two_days_and_more(seed);
    w.records.files = static_cast<std::uint32_t>(w.day->arrivals.size());
    w.records.records_a_file = 40;
    w.records.objects = 3000;
    w.records.bad_share = 0.002;
    w.kill_share = 0.0003;
    w.faults_for = 60h;
    w.patience = 200h;
    w.server.fault_share = 0.02;
    w.engine.breaker.probe_max = 60s;
    w.engine.planner.inputs_max = 3;
    return w;
}

// The requests of the first second after an outage: one, its answer, one, its answer, two.
void expect_no_burst_after(const spell& outage, const world_report& report) {
    const boot_time over = boot_time(1h) + outage.to;
    const auto first = std::lower_bound(report.sends.begin(), report.sends.end(), over);
    ASSERT_NE(first, report.sends.end());
    const auto by = [&](milliseconds after) {
        return std::upper_bound(first, report.sends.end(), *first + after) - first;
    };
    EXPECT_LE(by(75ms), 1) << "a request before the probe was answered";
    EXPECT_LE(by(150ms), 2);
    EXPECT_LE(by(225ms), 4);
}

TEST(simulated_day, keeps_every_promise_and_the_reserve) {
    if (is_sanitized) GTEST_SKIP() << "two minutes, and the same code as in other simulations";
    for_seeds(2, [](std::uint64_t seed) {
        const world_report report = simulated_world(days(seed)).run();
        EXPECT_TRUE(report.dead_objects.empty()) << *report.dead_objects.begin() << " died";
        std::uint32_t spent = 0;
        for (const auto& [day, requests] : report.day.ours) {
            EXPECT_LE(requests, ours_a_day) << "the reserve was sent";
            // Kills cost up to a lease each; so near to it means that the budget decided.
            if (requests > ours_a_day - 300) ++spent;
        }
        EXPECT_GE(spent, 1U) << "the day's budget was never spent";
        EXPECT_GE(report.day.over_quota, 1U) << "HubSpot never said that the quota is spent";
        EXPECT_LE(report.day.over_quota, 16U);
        EXPECT_GE(report.day.migrating, 1U);
        EXPECT_LE(report.day.migrating, 30U) << "the migration was asked about again and again";
        EXPECT_GE(report.tokens, 90U);
        EXPECT_GE(report.day.silent, 5U);
        EXPECT_LE(report.day.silent, 600U) << "more than probes in two hours of silence";
        EXPECT_GE(report.refused, 5U);
        expect_no_burst_after(first_outage, report);
        expect_no_burst_after(second_outage, report);
        EXPECT_GE(report.ended - boot_time(1h), 46h);
    });
}

} // namespace
} // namespace hubspool::simulation
