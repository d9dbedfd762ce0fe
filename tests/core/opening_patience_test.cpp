#include "core/reading/opening_patience.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {

namespace {
using namespace std::chrono_literals;
const failed_opening links{opening_obstacle::links, "2 links", 2s};
const failed_opening lease{opening_obstacle::lease, "a lease", 46s};
} // namespace

TEST(opening_patience, file_that_cannot_be_read_is_given_up_at_once) {
    opening_patience patience;
    EXPECT_FALSE(patience.allows_another({opening_obstacle::of_file, "a FIFO", 2s}, start));
}

TEST(opening_patience, second_link_is_waited_for_as_long_as_it_may_go_away) {
    opening_patience patience;
    EXPECT_TRUE(patience.allows_another(links, start));
    EXPECT_TRUE(patience.allows_another(links, start + 1999ms));
    EXPECT_FALSE(patience.allows_another(links, start + 2s));
}

TEST(opening_patience, is_not_begun_anew_by_each_try) {
    opening_patience patience;
    EXPECT_TRUE(patience.allows_another(links, start));
    EXPECT_TRUE(patience.allows_another(lease, start + 1s));
    EXPECT_FALSE(patience.allows_another(lease, start + 2s));
}

TEST(opening_patience, link_whose_time_is_over_is_not_waited_for) {
    opening_patience patience;
    EXPECT_FALSE(patience.allows_another({opening_obstacle::links, "2 links", 0s}, start));
}

TEST(opening_patience, what_this_process_lacks_is_no_reason_to_give_a_file_up) {
    opening_patience patience;
    const failed_opening descriptors{opening_obstacle::of_process, "too many open files", 0s};
    EXPECT_TRUE(patience.allows_another(descriptors, start));
    EXPECT_TRUE(patience.allows_another(descriptors, start + 1h));
    EXPECT_TRUE(patience.allows_another(lease, start + 1h)) << "the lease was met only now";
}

} // namespace hubspool
