#include "app/intake_fixture.hpp"

#include <gmock/gmock.h>

namespace hubspool {

namespace {
using ::testing::ElementsAre;
constexpr std::uint64_t more_than_ahead = 65ULL << 20;
} // namespace

using intake_frontier_test = intake_fixture;

TEST_F(intake_frontier_test, one_asking_covers_the_files_that_wait_and_some_numbers_more) {
    for (int i = 0; i < 5; ++i) claim(std::to_string(i), "{\"objectId\":1}");
    run();
    EXPECT_THAT(frontiers_, ElementsAre(end_of_file(5 + 64)));
}

TEST_F(intake_frontier_test, does_not_run_ahead_over_much_that_is_unread) {
    claim("a", "{\"objectId\":1}");
    claim("b", "{\"objectId\":2}");
    claimed_.back().size = more_than_ahead;
    claim("c", "{\"objectId\":3}");
    run();
    ASSERT_EQ(frontiers_.size(), 2U);
    EXPECT_EQ(frontiers_[0], end_of_file(1));
    EXPECT_EQ(frontiers_[1], end_of_file(3 + 64));
}

TEST_F(intake_frontier_test, files_without_records_need_none) {
    claim("a", "[]");
    run();
    EXPECT_THAT(frontiers_, ElementsAre());
    EXPECT_THAT(ended_, ElementsAre(1U));
}

TEST_F(intake_frontier_test, scenario_12_before_it_the_memory_limit_does_not_bind) {
    budget_.account(0, {1 << 30, {1 << 30, 1 << 30}});
    claim("a", "{\"objectId\":1}");
    claim("b", "{\"objectId\":2}");
    start_.read_to = {end_of_file(2), end_of_file(2)};
    run();
    EXPECT_TRUE(read_everything_);
    EXPECT_EQ(blocks_.size(), 2U);
    EXPECT_EQ(blocks_before_frontier_, 2U) << "nothing may be sent before both are read";
}

TEST_F(intake_frontier_test, is_passed_at_once_when_nothing_before_it_is_unread) {
    claim("a", "{\"objectId\":1}");
    had_begun({14, 1, 1});
    start_.read_to = {{1, 0}, {1, 0}};
    blocks_before_frontier_ = 99;
    run();
    EXPECT_EQ(blocks_before_frontier_, 0U);
}

} // namespace hubspool
