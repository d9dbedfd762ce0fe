#include "spool/queue_fixture.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

namespace hubspool::testing {
namespace {

using namespace std::chrono_literals;

using waiting_survey = queue_fixture;

TEST_F(waiting_survey, counts_what_will_be_claimed_apart_from_what_is_left_alone) {
    const auto queue = open();
    put("new", "a", "12345");
    put("bulk", "b", "123");
    put("new", "c.filepart", "1");
    put("bulk", "_SUCCESS", "");
    const auto waiting = queue->survey().waiting();
    ASSERT_TRUE(waiting);
    EXPECT_EQ(waiting->files, 2U);
    EXPECT_EQ(waiting->bytes, 8U);
    EXPECT_EQ(waiting->left_alone, 2U);
    EXPECT_TRUE(waiting->left_alone_since);
    EXPECT_EQ(waiting->blocked_files, 0U);
    EXPECT_EQ(waiting->unfinished_files, 0U);
}

TEST_F(waiting_survey, file_in_tmp_is_unfinished_when_it_did_not_change_for_a_day) {
    const auto queue = open();
    std::ofstream(at("tmp/old")) << "123";
    EXPECT_EQ(queue->survey().waiting()->unfinished_files, 0U);
    system_calls calls(root());
    calls.advance(25h);
    const auto waiting = queue->survey().waiting();
    EXPECT_EQ(waiting->unfinished_files, 1U);
    EXPECT_EQ(waiting->unfinished_bytes, 3U);
    EXPECT_TRUE(waiting->unfinished_since);
}

} // namespace
} // namespace hubspool::testing
