#include "app/stop_signals.hpp"
#include "base/clocks.hpp"

#include <gtest/gtest.h>

#include <poll.h>

namespace hubspool {
namespace {

bool is_readable(int descriptor) {
    pollfd asked{descriptor, POLLIN, 0};
    return ::poll(&asked, 1, 0) == 1;
}

TEST(stop_signals, first_of_the_named_signals_is_the_stop) {
    const stop_signals signals({SIGTERM, SIGINT}, 4);
    EXPECT_EQ(signals.stopped(), std::nullopt);
    EXPECT_FALSE(signals.wait_for(milliseconds(1)));
    EXPECT_FALSE(is_readable(signals.descriptor()));
    ASSERT_EQ(std::raise(SIGINT), 0);
    EXPECT_EQ(signals.stopped(), SIGINT);
    EXPECT_TRUE(signals.wait_for(milliseconds(1000000)));
    EXPECT_TRUE(is_readable(signals.descriptor()));
}

TEST(stop_signals, several_within_a_moment_are_one_stop) {
    const stop_signals signals({SIGTERM, SIGINT}, 4);
    for (const int each : {SIGTERM, SIGTERM, SIGINT}) ASSERT_EQ(std::raise(each), 0);
    EXPECT_EQ(signals.stopped(), SIGTERM);
}

TEST(stop_signals, a_later_one_ends_the_process_at_once) {
    EXPECT_EXIT(
        {
            const stop_signals signals({SIGTERM}, 4);
            (void)std::raise(SIGTERM);
            const boot_time first = boot_now();
            while (boot_now() - first <= stop_signals::one_stop) (void)::poll(nullptr, 0, 10);
            (void)std::raise(SIGTERM);
            std::_Exit(99);
        },
        ::testing::ExitedWithCode(4), "");
}

TEST(stop_signals, without_a_stop_they_do_again_what_they_did_before) {
    EXPECT_EXIT(
        {
            std::signal(SIGTERM, SIG_DFL);
            {
                const stop_signals signals({SIGTERM}, 4);
            }
            (void)std::raise(SIGTERM);
            std::_Exit(99);
        },
        ::testing::KilledBySignal(SIGTERM), "");
}

TEST(stop_signals, after_a_stop_the_rest_of_it_is_still_taken) {
    EXPECT_EXIT(
        {
            {
                const stop_signals signals({SIGTERM}, 4);
                (void)std::raise(SIGTERM);
            }
            (void)std::raise(SIGTERM);
            std::_Exit(99);
        },
        ::testing::ExitedWithCode(99), "");
}

TEST(stop_signals, another_object_begins_anew) {
    {
        const stop_signals signals({SIGTERM}, 4);
        ASSERT_EQ(std::raise(SIGTERM), 0);
    }
    const stop_signals signals({SIGTERM}, 4);
    EXPECT_EQ(signals.stopped(), std::nullopt);
    EXPECT_FALSE(is_readable(signals.descriptor()));
}

TEST(stop_signals, hangup_is_one_unless_it_is_ignored) {
    // Under nohup it is ignored from the start.
    const auto before = std::signal(SIGHUP, SIG_DFL);
    EXPECT_EQ(signals_of_a_waiting_command(), (std::vector<int>{SIGTERM, SIGINT, SIGHUP}));
    std::signal(SIGHUP, SIG_IGN);
    EXPECT_EQ(signals_of_a_waiting_command(), (std::vector<int>{SIGTERM, SIGINT}));
    std::signal(SIGHUP, before);
}

} // namespace
} // namespace hubspool
