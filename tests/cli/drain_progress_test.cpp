#include "cli/drain/drain_progress.hpp"

#include <gtest/gtest.h>

namespace hubspool {

TEST(progress_line, bar_is_the_share_of_what_was_read) {
    daemon_status told;
    told.run.delivered = 2;
    told.run.superseded = 1;
    told.run.dead_lettered = 1;
    told.pending.records = 4;
    EXPECT_EQ(progress_line(told, {}),
              "[##########..........] 4 of the 8 records read so far are settled");
}

TEST(progress_line, before_anything_is_read_the_bar_is_empty) {
    EXPECT_EQ(progress_line({}, {}),
              "[....................] 0 of the 0 records read so far are settled");
}

TEST(progress_line, all_settled_fills_the_bar) {
    daemon_status told;
    told.run.delivered = 3;
    EXPECT_EQ(progress_line(told, {}),
              "[####################] 3 of the 3 records read so far are settled");
}

TEST(progress_line, first_hold_takes_the_place_of_the_bar) {
    daemon_status told;
    told.run.delivered = 1;
    told.pending.records = 2;
    told.holds = {{"park", "paused by an operator", {}}, {"reading", "all is read first", {}}};
    EXPECT_EQ(progress_line(told, {}), "1 of 3 records settled; held: paused by an operator");
}

} // namespace hubspool
