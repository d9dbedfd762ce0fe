#include "spool/queue_fixture.hpp"
#include "spool/queue_survey.hpp"

#include <gmock/gmock.h>

namespace hubspool::testing {
namespace {

class queue_survey_test : public queue_fixture {
protected:
    std::unique_ptr<queue_directory> queue_ = open();
};

TEST_F(queue_survey_test, counts_what_came_up_to_a_time_in_both_lanes_and_was_not_claimed) {
    put("new", "a");
    put("bulk", "b");
    put("new", "c.bak");
    const wall_time called = wall_now();
    while (wall_now() <= called) continue;
    until_next_tick();
    put("new", "late");
    const auto survey = queue_survey::open({root().string(), milliseconds(0), 10000, {"*.bak"}});
    ASSERT_TRUE(survey);
    EXPECT_EQ((*survey)->waiting_since(called), 2U) << "nobody claims c.bak";
    EXPECT_EQ((*survey)->waiting_since(wall_now() + std::chrono::seconds(1)), 3U);
    EXPECT_EQ((*survey)->waiting_since(called - std::chrono::hours(1)), 0U);
    scan_all(*queue_);
    EXPECT_EQ((*survey)->waiting_since(called), 0U);
}

TEST_F(queue_survey_test, counts_rejected_files_and_not_their_reasons) {
    const auto survey = queue_survey::open({root().string()});
    ASSERT_TRUE(survey);
    EXPECT_EQ((*survey)->rejected(), 0U);
    ASSERT_TRUE(queue_->moves().reject(claim_one(*queue_, "a"), "it is a FIFO"));
    ASSERT_TRUE(queue_->moves().reject(claim_one(*queue_, "b"), "it is a socket"));
    EXPECT_EQ((*survey)->rejected(), 2U);
}

} // namespace
} // namespace hubspool::testing
