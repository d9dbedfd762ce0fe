#include "core/engine/daemon_status.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace hubspool {

using std::chrono::seconds;

namespace {
constexpr wall_time wall{seconds(500000)};
} // namespace

TEST(make_daemon_status, counts_are_those_of_the_engine) {
    engine_status engine;
    engine.objects = 1;
    engine.records = 2;
    engine.bytes = 3;
    engine.suspects = 4;
    engine.in_flight = 5;
    engine.uncommitted = 6;
    engine.rate_limit = 7;
    engine.others = 8;
    engine.window_used = 13;
    engine.recovering = true;
    engine.today = {wall_time(seconds(9)), 10};
    engine.today_allowed = 11;
    engine.account_remaining = 12;
    const daemon_status told = make_daemon_status(engine, start, wall);
    EXPECT_EQ(told.pending, (daemon_status::pending_figures{2, 1, 3, 4, {}}));
    EXPECT_EQ(told.in_flight, 5U);
    EXPECT_EQ(told.uncommitted, 6U);
    EXPECT_EQ(told.rate_limit, 7U);
    EXPECT_EQ(told.others, 8U);
    EXPECT_EQ(told.window, (daemon_status::window_figures{13, {}}));
    EXPECT_TRUE(told.recovering);
    EXPECT_EQ(told.today, (daemon_status::day_figures{10, 11, 12, wall_time(seconds(9))}));
}

TEST(make_daemon_status, times_are_told_on_the_wall_clock_to_the_second) {
    engine_status engine;
    engine.oldest = start - seconds(7) - milliseconds(400);
    engine.held_until = start + seconds(3) + milliseconds(600);
    const daemon_status told = make_daemon_status(engine, start, wall);
    EXPECT_EQ(told.pending.oldest, wall - seconds(7));
    ASSERT_EQ(told.holds.size(), 1U);
    EXPECT_EQ(told.holds[0].kind, "backoff");
    EXPECT_EQ(told.holds[0].until, wall + seconds(4));
}

// Else status.json would change with every look, and be written each time.
TEST(make_daemon_status, later_look_at_the_same_facts_tells_the_same) {
    engine_status engine;
    engine.oldest = start - seconds(7);
    EXPECT_EQ(make_daemon_status(engine, start, wall),
              make_daemon_status(engine, start + milliseconds(1234), wall + milliseconds(1235)));
}

TEST(make_daemon_status, failures_are_told_and_a_probe_only_of_an_open_breaker) {
    engine_status engine;
    EXPECT_FALSE(make_daemon_status(engine, start, wall).failing);
    engine.failures = 3;
    engine.failing_since = wall - seconds(9);
    engine.last_failure = "refused";
    engine.breaker_probe_at = start + seconds(30);
    const daemon_status failing = make_daemon_status(engine, start, wall);
    EXPECT_EQ(failing.failing,
              (daemon_status::failing_state{3, wall - seconds(9), "refused", std::nullopt}));
    EXPECT_FALSE(failing.is_unreachable());
    engine.breaker = breaker_state::open;
    const daemon_status open = make_daemon_status(engine, start, wall);
    EXPECT_EQ(open.failing->probe_at, wall + seconds(30));
    EXPECT_TRUE(open.is_unreachable());
    engine.breaker = breaker_state::probing;
    EXPECT_TRUE(make_daemon_status(engine, start, wall).is_unreachable());
    engine.breaker = breaker_state::doubtful;
    EXPECT_FALSE(make_daemon_status(engine, start, wall).is_unreachable());
}

TEST(make_daemon_status, engine_that_reads_first_is_told_apart_from_one_that_may_send) {
    engine_status engine;
    engine.held_until = start + seconds(3);
    EXPECT_FALSE(make_daemon_status(engine, start, wall).reads_first()) << "held, and all is read";
    engine.reading_first = true;
    EXPECT_TRUE(make_daemon_status(engine, start, wall).reads_first());
    engine.reading_first = false;
    engine.recovering = true;
    EXPECT_TRUE(make_daemon_status(engine, start, wall).reads_first());
}

TEST(make_daemon_status, park_that_never_probes_by_itself_has_no_time_for_it) {
    engine_status engine;
    park quota{park_reason::quota, wall - seconds(5), "spent"};
    quota.probe_at = start + seconds(60);
    park paused{park_reason::paused, wall, "by an operator"};
    paused.probe_at = boot_time::max();
    engine.parks = {quota, paused};
    EXPECT_EQ(make_daemon_status(engine, start, wall).parks,
              (std::vector<daemon_status::park>{
                  {park_reason::quota, wall - seconds(5), "spent", wall + seconds(60)},
                  {park_reason::paused, wall, "by an operator", {}}}));
}

} // namespace hubspool
