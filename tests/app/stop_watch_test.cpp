#include "app/daemon/stop_watch.hpp"
#include "app/hangups.hpp"

#include <gtest/gtest.h>

#include <csignal>

namespace hubspool {

namespace {

class stop_watch_test : public ::testing::Test {
protected:
    void start(bool is_drain) {
        watch_.emplace(loop_, is_drain, [this] { ++stops_; }, [this] { ++hangups_; });
        watch_->start();
    }
    void raise(int signal) {
        ASSERT_EQ(std::raise(signal), 0);
        loop_.restart();
        loop_.run_one(); // the wait ends
        loop_.poll();
    }

    boost::asio::io_context loop_{1};
    std::optional<stop_watch> watch_;
    int stops_ = 0, hangups_ = 0;
};

} // namespace

TEST_F(stop_watch_test, signal_asks_for_the_stop_on_the_loop) {
    start(false);
    raise(SIGTERM);
    EXPECT_EQ(stops_, 1);
}

TEST_F(stop_watch_test, hangup_stops_a_drain) {
    // Not under nohup, where it is ignored from the start.
    const auto before = std::signal(SIGHUP, SIG_DFL);
    start(true);
    raise(SIGHUP);
    EXPECT_EQ(stops_, 1);
    watch_.reset();
    std::signal(SIGHUP, before);
}

TEST_F(stop_watch_test, hangup_that_came_before_is_heard) {
    const auto before = std::signal(SIGHUP, SIG_DFL);
    note_hangups();
    ASSERT_EQ(std::raise(SIGHUP), 0);
    start(false);
    EXPECT_EQ(hangups_, 1);
    watch_->close();
    ASSERT_EQ(std::raise(SIGHUP), 0);
    EXPECT_TRUE(take_noted_hangup());
    EXPECT_FALSE(take_noted_hangup());
    watch_.reset();
    std::signal(SIGHUP, before);
}

TEST_F(stop_watch_test, hangup_does_not_stop_a_run) {
    start(false);
    raise(SIGHUP);
    EXPECT_EQ(stops_, 0);
    EXPECT_EQ(hangups_, 1);
    watch_->cancel();
    EXPECT_GT(loop_.poll(), 0U) << "both waits end";
    EXPECT_EQ(stops_, 0);
}

TEST_F(stop_watch_test, waits_that_are_cancelled_ask_for_no_stop) {
    start(true);
    loop_.poll();
    watch_->cancel();
    loop_.restart();
    loop_.run();
    EXPECT_EQ(stops_, 0);
}

} // namespace hubspool
