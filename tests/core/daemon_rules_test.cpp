// The small rules of the daemon: when the status is told and when memory is given back.
#include "core/engine/give_back_rule.hpp"
#include "core/engine/status_pace.hpp"
#include "support/start_time.hpp"

#include <gtest/gtest.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;

TEST(status_pace_test, status_is_told_when_it_changes) {
    status_pace pace;
    daemon_status status;
    EXPECT_TRUE(pace.is_due(status, start)) << "it was never told";
    EXPECT_FALSE(pace.is_due(status, start + 1s));
    status.resting = true;
    EXPECT_TRUE(pace.is_due(status, start + 1s));
}

TEST(status_pace_test, status_that_stays_is_told_again_in_time) {
    status_pace pace;
    const daemon_status status;
    pace.is_due(status, start);
    EXPECT_FALSE(pace.is_due(status, start + 5s - 1ms));
    EXPECT_TRUE(pace.is_due(status, start + 5s));
    EXPECT_FALSE(pace.is_due(status, start + 6s)) << "the interval begins anew";
}

TEST(give_back_rule_test, memory_is_given_back_after_much_was_read_once_reading_pauses) {
    give_back_rule rule;
    rule.read(give_back_rule::give_back_after_bytes - 1);
    EXPECT_FALSE(rule.reading(false));
    rule.read(1);
    EXPECT_FALSE(rule.reading(true));
    EXPECT_TRUE(rule.reading(false));
    EXPECT_FALSE(rule.reading(false)) << "nothing was read since";
}

} // namespace
} // namespace hubspool
