#include "core/engine/run_end.hpp"
#include "support/start_time.hpp"

#include <gmock/gmock.h>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

const drain_facts still_sending{.may_send = false};
const drain_facts nothing_pending{.everything_settled = true, .may_send = false};

TEST(run_end_test, run_is_ended_by_nothing_but_a_signal) {
    run_end end(std::nullopt, start);
    end.read_everything({});
    EXPECT_FALSE(end.look(nothing_pending, start));
    EXPECT_TRUE(end.stop(still_sending, start));
    EXPECT_TRUE(end.is_stopping());
    const drain_end how = end.conclude({.dead_lettered = 5});
    EXPECT_EQ(how.exit_code, 0) << "a service that is stopped has not failed";
    EXPECT_EQ(how.words, "");
}

TEST(run_end_test, drain_ends_when_all_is_read_and_settled) {
    run_end end(drain_patience{}, start);
    EXPECT_FALSE(end.look(nothing_pending, start)) << "nothing is pending, since nothing is read";
    end.read_everything({});
    EXPECT_FALSE(end.look(still_sending, start));
    EXPECT_TRUE(end.look(nothing_pending, start));
    EXPECT_FALSE(end.look(nothing_pending, start)) << "it is stopping already";
    EXPECT_EQ(end.conclude({}).exit_code, 0);
    EXPECT_EQ(end.conclude({.rejected_files = 1}).exit_code, 3);
}

TEST(run_end_test, drain_that_could_not_claim_all_ends_with_4_and_says_why) {
    run_end end(drain_patience{}, start);
    end.read_everything("not all files could be claimed: a");
    EXPECT_TRUE(end.look(nothing_pending, start));
    EXPECT_EQ(end.conclude({}).exit_code, 4);
    EXPECT_EQ(end.conclude({}).words, "not all files could be claimed: a");
}

TEST(run_end_test, silence_of_a_drain_counts_once_everything_is_read) {
    run_end end(drain_patience::until(std::nullopt), start);
    EXPECT_FALSE(end.look(still_sending, start + 20min));
    end.read_everything({});
    EXPECT_FALSE(end.look(still_sending, start + 20min));
    EXPECT_FALSE(end.look(still_sending, start + 30min - 1ms));
    EXPECT_TRUE(end.look(still_sending, start + 30min));
}

TEST(run_end_test, signal_ends_a_drain_with_4_and_a_later_reason_does_not_count) {
    run_end end(drain_patience{}, start);
    EXPECT_TRUE(end.stop(still_sending, start));
    end.read_everything({});
    EXPECT_FALSE(end.look(nothing_pending, start));
    EXPECT_EQ(end.conclude({}).exit_code, 4);
    EXPECT_THAT(end.conclude({}).words, HasSubstr("stopped by a signal"));
}

TEST(run_end_test, failure_counts_also_while_the_run_is_stopping) {
    run_end end(std::nullopt, start);
    end.stop(still_sending, start);
    EXPECT_FALSE(end.fail("the disk fails"));
    EXPECT_EQ(end.conclude({}).exit_code, 1);
    EXPECT_EQ(end.conclude({}).words, "the disk fails");
}

TEST(run_end_test, failure_begins_the_stop) {
    run_end end(drain_patience{}, start);
    EXPECT_TRUE(end.fail("the disk fails"));
    EXPECT_FALSE(end.stop(still_sending, start));
    EXPECT_EQ(end.conclude({.dead_lettered = 1}).exit_code, 1);
}

} // namespace
} // namespace hubspool
