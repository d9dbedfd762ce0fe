#include "cli/drain/drain_progress.hpp"

#include <gtest/gtest.h>

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
