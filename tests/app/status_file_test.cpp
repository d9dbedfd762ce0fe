#include "app/alarm_clock.hpp"
#include "app/moment_now.hpp"
#include "app/settle/status_file.hpp"
#include "base/clocks.hpp"
#include "support/temp_dir.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
namespace asio = boost::asio;

class status_file_test : public ::testing::Test {
protected:
    temp_dir directory;
    std::string where = directory.path().string();
    std::string path = directory.file("status.json");
};

TEST_F(status_file_test, is_read_as_it_was_written_with_its_time) {
    const wall_time before = wall_now() - 1s;
    write_status_file(where, R"({"pid":7})");
    const status_file read = read_status_file(where);
    EXPECT_EQ(read.json, "{\"pid\":7}\n");
    EXPECT_GE(read.told, before);
    EXPECT_LE(read.told, wall_now() + 1s);
}

TEST_F(status_file_test, that_is_not_there_is_empty) {
    const status_file read = read_status_file(where);
    EXPECT_EQ(read.json, "");
    EXPECT_EQ(read.told, wall_time{});
}

TEST_F(status_file_test, is_replaced_whole_and_leaves_nothing_beside_it) {
    write_status_file(where, std::string(100'000, 'x'));
    write_status_file(where, "short");
    EXPECT_EQ(read_status_file(where).json, "short\n");
    EXPECT_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_F(status_file_test, that_cannot_be_written_keeps_the_old_one_and_is_no_failure) {
    write_status_file(where, "old");
    std::filesystem::create_directory(path + ".new");
    write_status_file(where, "new");
    EXPECT_EQ(read_status_file(where).json, "old\n");
    write_status_file(directory.file("none"), "new");
    EXPECT_FALSE(std::filesystem::exists(directory.file("none")));
}

TEST_F(status_file_test, touch_renews_its_time_alone_and_makes_none) {
    touch_status_file(where);
    EXPECT_FALSE(std::filesystem::exists(path));
    write_status_file(where, "said");
    const std::array<timespec, 2> old{timespec{1'000'000'000, 0}, timespec{1'000'000'000, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), old.data(), 0), 0);
    EXPECT_EQ(read_status_file(where).told, wall_time(1'000'000'000s));
    touch_status_file(where);
    EXPECT_GT(read_status_file(where).told, wall_now() - 1min);
    EXPECT_EQ(read_status_file(where).json, "said\n");
}

class alarm_clock_test : public ::testing::Test {
protected:
    void begin_wait(milliseconds time) {
        asio::co_spawn(
            loop_,
            [this, time]() -> asio::awaitable<void> {
                co_await clock_->wait(time);
                ++woken_;
            },
            [](const std::exception_ptr&) {});
    }
    asio::io_context loop_{1};
    std::unique_ptr<alarm_clock> clock_ = make_alarm_clock(loop_.get_executor());
    int woken_ = 0;
};

TEST_F(alarm_clock_test, sleeper_wakes_when_its_time_has_passed_and_not_before) {
    const boot_time began = boot_now();
    begin_wait(20ms);
    loop_.run();
    EXPECT_EQ(woken_, 1);
    EXPECT_GE(boot_now() - began, 20ms);
}

TEST_F(alarm_clock_test, ring_wakes_a_sleeper_without_an_end) {
    begin_wait(milliseconds::max());
    asio::post(loop_, [this] { clock_->ring(); });
    loop_.run();
    EXPECT_EQ(woken_, 1);
}

TEST_F(alarm_clock_test, ring_while_nobody_sleeps_is_no_alarm_for_the_next_one) {
    clock_->ring();
    begin_wait(milliseconds::max());
    loop_.poll();
    EXPECT_EQ(woken_, 0);
    clock_->ring();
    loop_.poll();
    EXPECT_EQ(woken_, 1);
}

TEST_F(alarm_clock_test, wait_of_no_time_ends_in_its_turn) {
    begin_wait(0ms);
    EXPECT_EQ(woken_, 0);
    loop_.run();
    EXPECT_EQ(woken_, 1);
}

TEST(moments, are_of_both_clocks_with_a_random_part_of_one) {
    double least = 1, most = 0;
    for (int i = 0; i < 200; ++i) {
        const moment now = moment_now();
        EXPECT_GE(now.jitter, 0.0);
        EXPECT_LT(now.jitter, 1.0);
        least = std::min(least, now.jitter);
        most = std::max(most, now.jitter);
    }
    EXPECT_LT(least, 0.3);
    EXPECT_GT(most, 0.7);
    const moment earlier = moment_now();
    EXPECT_LE(earlier.boot, boot_now());
    EXPECT_LE(earlier.wall, wall_now());
}

} // namespace
} // namespace hubspool
