#include "app/daemon/rest_watch.hpp"
#include "base/clocks.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace hubspool {

namespace {

using namespace std::chrono_literals;

class rest_watch_test : public ::testing::Test {
protected:
    rest_watch_test() {
        std::ofstream(dir_.file("token")) << "one";
        std::ofstream(dir_.file("status.json")) << "{}";
        forget_touch();
    }
    // As after a while in which nothing was written.
    void begin_rest() { watch_.begin(changed_files({dir_.file("token")}, wall_now() + 1h)); }
    bool look_after(milliseconds wait) {
        now_ += wait;
        return watch_.look(now_, wall_now() + 1h);
    }
    void forget_touch() const {
        std::filesystem::last_write_time(dir_.file("status.json"), long_ago_);
    }
    bool status_was_touched() const {
        return std::filesystem::last_write_time(dir_.file("status.json")) != long_ago_;
    }

    temp_dir dir_;
    std::filesystem::file_time_type long_ago_ = std::filesystem::file_time_type::clock::now() - 1h;
    boot_time now_{1000h};
    rest_watch watch_{dir_.path().string()};
};

} // namespace

TEST_F(rest_watch_test, without_a_rest_nothing_is_looked_at) {
    EXPECT_FALSE(look_after(0s));
    EXPECT_FALSE(status_was_touched());
}

TEST_F(rest_watch_test, file_that_others_wrote_during_the_rest_ends_it_once) {
    begin_rest();
    EXPECT_FALSE(look_after(0s));
    std::ofstream(dir_.file("token")) << "another";
    EXPECT_TRUE(look_after(0s));
    EXPECT_FALSE(look_after(0s));
}

TEST_F(rest_watch_test, file_that_was_written_between_the_last_tick_and_the_rest_ends_it) {
    changed_files noted({dir_.file("token")}, wall_now() + 1h);
    std::ofstream(dir_.file("token")) << "another";
    watch_.begin(std::move(noted));
    EXPECT_TRUE(look_after(0s));
}

TEST_F(rest_watch_test, status_is_touched_as_long_as_the_rest_holds) {
    begin_rest();
    EXPECT_FALSE(look_after(0s));
    EXPECT_TRUE(status_was_touched());
}

TEST_F(rest_watch_test, status_is_touched_once_a_minute) {
    begin_rest();
    look_after(0s);
    forget_touch();
    look_after(59s);
    EXPECT_FALSE(status_was_touched());
    look_after(1s);
    EXPECT_TRUE(status_was_touched());
}

TEST_F(rest_watch_test, status_is_not_touched_once_the_loop_thread_was_told_of_something) {
    begin_rest();
    look_after(0s);
    forget_touch();
    watch_.handed_over();
    look_after(2min);
    EXPECT_FALSE(status_was_touched()) << "it may be stuck";
}

} // namespace hubspool
