#include "cli/status/backlog_estimate.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

TEST(time_to_send, limit_decides_when_answers_are_fast) {
    send_pace pace;
    pace.limit = 100;
    EXPECT_EQ(time_to_send(0, pace), 0ms);
    EXPECT_EQ(time_to_send(1, pace), 100ms);
    EXPECT_EQ(time_to_send(1'000'000, pace), 1000s);
}

TEST(time_to_send, answers_decide_when_they_are_slow) {
    send_pace pace;
    pace.limit = 100;
    pace.an_answer = 2s;
    pace.connections = 4;
    EXPECT_EQ(time_to_send(10'000, pace), 50s);
}

TEST(time_to_send, batches_as_they_were_and_not_as_they_might_be) {
    send_pace pace;
    pace.limit = 100;
    pace.inputs_a_request = 12.5;
    EXPECT_EQ(time_to_send(10'000, pace), 80s);
    pace.inputs_a_request = 0.1; // retries alone
    EXPECT_EQ(time_to_send(10, pace), 1s);
}

TEST(time_to_send, days_budget_puts_the_rest_off_to_the_next_days) {
    send_pace pace;
    pace.limit = 100;
    pace.today = {500, 1000, 3h};
    EXPECT_EQ(time_to_send(50'000, pace), 50s);        // 500 requests: today's
    EXPECT_EQ(time_to_send(60'000, pace), 3h + 10s);   // 100 more tomorrow
    EXPECT_EQ(time_to_send(150'000, pace), 3h + 100s); // all of tomorrow's
    EXPECT_EQ(time_to_send(350'000, pace), 3h + 48h + 100s);
    pace.today->left = 0;
    EXPECT_EQ(time_to_send(1, pace), 3h + 100ms);
}

} // namespace
} // namespace hubspool
