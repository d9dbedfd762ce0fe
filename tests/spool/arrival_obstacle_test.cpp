#include "spool/arrivals/arrival_name.hpp"
#include "spool/arrivals/arrival_obstacle.hpp"
#include "spool/arrivals/file_clock.hpp"
#include "spool/arrivals/skipped_name.hpp"
#include "support/system_calls.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

file_look look_of(mode_t mode, uid_t owner = 0) {
    file_look look;
    look.mode = mode;
    look.owner = owner;
    look.group = 777;
    return look;
}

TEST(arrival_obstacle, immutable_file_is_told_with_chattr) {
    file_look look = look_of(S_IFREG | 0640);
    look.immutable = true;
    EXPECT_THAT(reading_obstacle(-1, "a", look), HasSubstr("chattr -i -a it"));
}

TEST(arrival_obstacle, what_is_no_file_is_not_asked_whether_it_may_be_read) {
    EXPECT_EQ(reading_obstacle(-1, "a", look_of(S_IFDIR | 0000)), "");
    EXPECT_EQ(reading_obstacle(-1, "a", look_of(S_IFLNK | 0777)), "");
}

TEST(arrival_obstacle, file_that_has_gone_meanwhile_is_no_obstacle) {
    const temp_dir directory;
    const int fd = ::open(directory.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    EXPECT_EQ(reading_obstacle(fd, "gone", look_of(S_IFREG | 0000)), "");
    ::close(fd);
}

TEST(arrival_obstacle, of_a_rename_are_those_that_a_person_must_mend) {
    for (const int error : {EPERM, EACCES, EBUSY, EXDEV}) EXPECT_TRUE(is_moving_obstacle(error));
    // Failures of the scan as a whole, or nothing at all.
    for (const int error : {0, ENOENT, EEXIST, ENOSPC, EIO, EROFS, EINTR})
        EXPECT_FALSE(is_moving_obstacle(error)) << error;
}

TEST(arrival_obstacle, each_kind_of_refusal_has_its_own_remedy) {
    EXPECT_THAT(moving_obstacle(EBUSY, look_of(S_IFDIR | 0755)), HasSubstr("unmount it"));
    EXPECT_THAT(moving_obstacle(EXDEV, look_of(S_IFREG | 0644)), HasSubstr("unmount it"));
    EXPECT_THAT(moving_obstacle(EPERM, look_of(S_IFREG | 0644, 1234)),
                HasSubstr("(a file of uid 1234, mode 0644): remove it, or give it to hubspool's"));
    EXPECT_THAT(moving_obstacle(EACCES, look_of(S_IFDIR | 0500, 9)),
                HasSubstr("(a directory of uid 9, mode 0500)"));
}

TEST(arrival_obstacle, sticky_directory_lets_only_owners_move_and_root_everything) {
    file_look sticky = look_of(S_IFDIR | 01770, 4321);
    const int expected = expected_moving_error(-1, sticky, "a", look_of(S_IFREG | 0640, 5432));
    EXPECT_EQ(expected, ::geteuid() == 0 ? 0 : EPERM);
    // Of the file's owner, and of the directory's.
    EXPECT_EQ(expected_moving_error(-1, sticky, "a", look_of(S_IFREG | 0640, ::geteuid())), 0);
    sticky.owner = ::geteuid();
    EXPECT_EQ(expected_moving_error(-1, sticky, "a", look_of(S_IFREG | 0640, 5432)), 0);
}

TEST(skipped_names, summary_tells_the_first_in_full_and_counts_the_others) {
    EXPECT_EQ(summary_of({}, 0), "");
    EXPECT_EQ(summary_of({{"new/a", "it is a link"}}, 1), "new/a: it is a link");
    EXPECT_EQ(summary_of({{"new/a", "it is a link"}, {"new/b", "too"}}, 2),
              "new/a: it is a link; and 1 more");
    EXPECT_EQ(summary_of({{"new/a", "it is a link"}}, 5000), "new/a: it is a link; and 4999 more");
}

TEST(arrival_names, rise_from_call_to_call_and_end_with_the_process) {
    std::string before;
    for (int i = 0; i < 1000; ++i) {
        const std::string name = next_arrival_name();
        EXPECT_GT(name, before);
        EXPECT_TRUE(name.ends_with("-" + std::to_string(::getpid())));
        EXPECT_EQ(name.find('-'), 19U);
        before = name;
    }
}

class clock_watch_test : public ::testing::Test {
protected:
    testing::system_calls calls{"/"};
};

TEST_F(clock_watch_test, clock_that_only_runs_was_not_set) {
    clock_watch watch;
    for (const auto passed : {1ms, 1000ms, 3'600'000ms}) {
        calls.advance(passed);
        EXPECT_FALSE(watch.stepped());
    }
    EXPECT_EQ(watch.steady_for() / 1s, 3601);
}

TEST_F(clock_watch_test, step_either_way_is_told_once_and_begins_the_steady_time_anew) {
    clock_watch watch;
    for (const auto step : {-60s, 60s, 1s}) {
        calls.advance(10s);
        calls.set_wall_clock_by(step);
        EXPECT_TRUE(watch.stepped());
        EXPECT_FALSE(watch.stepped());
        EXPECT_LT(watch.steady_for(), 1s);
        calls.advance(5s);
        EXPECT_FALSE(watch.stepped());
        EXPECT_GE(watch.steady_for(), 5s);
    }
}

TEST_F(clock_watch_test, slewing_over_a_long_time_is_no_step_and_a_leap_within_a_moment_is) {
    clock_watch watch;
    calls.advance(3600s);
    calls.set_wall_clock_by(1800ms); // 0.05 % of an hour
    EXPECT_FALSE(watch.stepped());
    calls.advance(1s);
    calls.set_wall_clock_by(1800ms);
    EXPECT_TRUE(watch.stepped());
}

TEST_F(clock_watch_test, stamps_of_files_lag_by_less_than_a_tick_and_never_run_ahead) {
    // A busy machine may tick late now and then: many ticks are looked at.
    constexpr std::int64_t long_enough_ns = 10'000'000'000;
    const std::int64_t begun = file_now_ns();
    std::int64_t least_lag = std::numeric_limits<std::int64_t>::max(), last = 0;
    for (int ticks = 0; ticks < 20 && file_now_ns() - begun < long_enough_ns;) {
        const std::int64_t before = file_now_ns();
        const std::int64_t stamp = file_stamp_ns();
        EXPECT_LE(stamp, file_now_ns());
        least_lag = std::min(least_lag, before - stamp);
        ticks += stamp != std::exchange(last, stamp) ? 1 : 0;
    }
    EXPECT_LE(least_lag, file_tick_ns());
    EXPECT_GT(file_tick_ns(), 0);
}

} // namespace
} // namespace hubspool
