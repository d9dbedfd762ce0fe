#include "cli/drain/drain_progress.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hubspool {

using namespace std::chrono_literals;

TEST(progress_line, bar_is_the_share_of_what_was_read) {
    daemon_status told;
    told.run.delivered = 2;
    told.run.superseded = 1;
    told.run.dead_lettered = 1;
    told.run.requests = 7;
    told.pending.records = 4;
    told.pending.objects = 3;
    EXPECT_EQ(progress_line(told, 69100ms, {}),
              "[#####.....] 4 of 8 records, 1 dead; 3 objects left, 1m 10s; 7 requests");
}

TEST(progress_line, pace_stands_at_the_end_where_it_is_known) {
    EXPECT_EQ(progress_line({}, 0ms, {}, "19.0 requests/s"),
              "[..........] 0 of 0 records; 0 objects left, 0ms; 0 requests; 19.0 requests/s");
}

TEST(drain_pace, is_not_told_before_a_window_has_passed) {
    drain_pace pace(10s);
    EXPECT_EQ(pace.text(190), "");
    pace.look(boot_time(1s), 190, 19000);
    EXPECT_EQ(pace.text(190), "");
    pace.look(boot_time(10s), 190, 19000);
    EXPECT_EQ(pace.text(190), "");
    pace.look(boot_time(11s), 190, 19000);
    EXPECT_EQ(pace.text(190), "0.0 requests/s, 0 % of the limit, 0 records/s");
}

TEST(drain_pace, never_looks_like_a_breach_however_a_windows_requests_are_spread) {
    drain_pace pace(10s);
    // A whole window's requests go at its beginning.
    for (std::uint64_t second = 0; second <= 100; ++second) {
        const std::uint64_t requests = 190 * (1 + second / 10);
        pace.look(boot_time(std::chrono::seconds(second)), requests, 100 * requests);
        const std::string told = pace.text(190);
        if (second < 10) continue;
        EXPECT_LE(std::stoi(told.substr(told.find(", ") + 2)), 100) << told;
    }
    EXPECT_EQ(pace.text(190), "19.0 requests/s, 100 % of the limit, 1900 records/s");
    EXPECT_EQ(pace.text(380), "19.0 requests/s, 50 % of the limit, 1900 records/s");
    EXPECT_EQ(pace.text({}), "19.0 requests/s, 1900 records/s");
}

TEST(drain_pace, forgets_what_is_long_ago) {
    drain_pace pace(10s);
    pace.look(boot_time(0s), 0, 0);
    pace.look(boot_time(60s), 60, 6000);
    EXPECT_EQ(pace.text(10), "1.0 requests/s, 100 % of the limit, 100 records/s");
    pace.look(boot_time(180s), 60, 6000);
    EXPECT_EQ(pace.text(10), "0.0 requests/s, 0 % of the limit, 0 records/s");
}

TEST(drain_pace, begins_anew_with_a_daemon_that_does) {
    drain_pace pace(10s);
    pace.look(boot_time(1s), 50, 500);
    pace.look(boot_time(20s), 1, 7);
    EXPECT_EQ(pace.text(190), "");
    pace.look(boot_time(40s), 41, 207);
    EXPECT_EQ(pace.text(190), "2.0 requests/s, 11 % of the limit, 10 records/s");
}

TEST(progress_line, elsewhere_than_on_a_terminal_a_night_has_a_dozen) {
    milliseconds waits = next_wait({}), passed = waits;
    EXPECT_EQ(waits, 1min);
    int lines = 0;
    for (; passed < 8h; ++lines) {
        const milliseconds next = next_wait(waits);
        EXPECT_EQ(next, std::min<milliseconds>(2 * waits, 1h));
        waits = next;
        passed += waits;
    }
    EXPECT_EQ(lines, 12);
}

TEST(progress_line, before_anything_is_read_the_bar_is_empty) {
    EXPECT_EQ(progress_line({}, 0ms, {}),
              "[..........] 0 of 0 records; 0 objects left, 0ms; 0 requests");
}

TEST(progress_line, all_settled_fills_the_bar) {
    daemon_status told;
    told.run.delivered = 3;
    EXPECT_EQ(progress_line(told, 0ms, {}).substr(0, 27), "[##########] 3 of 3 records");
}

TEST(progress_line, first_hold_takes_the_place_of_the_bar) {
    daemon_status told;
    told.run.delivered = 1;
    told.run.dead_lettered = 1;
    told.pending.records = 2;
    told.holds = {{"park", "paused by an operator", {}}, {"reading", "all is read first", {}}};
    EXPECT_EQ(progress_line(told, 1s, {}),
              "2 of 4 records settled, 1 dead; held: paused by an operator");
}

} // namespace hubspool
