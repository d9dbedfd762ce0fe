#include "base/clocks.hpp"
#include "spool/arrivals/changed_files.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <filesystem>
#include <fstream>

namespace hubspool {

namespace {

// Looks are taken at times of the test's choosing, so nothing waits for the clock.
class changed_files_test : public ::testing::Test {
protected:
    void write(const std::string& text, std::ios::openmode how = std::ios::trunc) const {
        std::ofstream(path_, how) << text;
    }
    bool look(milliseconds after_the_last_change = std::chrono::seconds(1)) {
        struct stat status{};
        ::stat(path_.c_str(), &status);
        const wall_time changed(
            std::chrono::seconds(status.st_ctim.tv_sec) +
            std::chrono::floor<milliseconds>(std::chrono::nanoseconds(status.st_ctim.tv_nsec)));
        return files_.look(changed + after_the_last_change);
    }
    // As an editor may, that keeps the times of what it replaces.
    void keep_mtime_in_the_future() const {
        const timespec far{wall_now().time_since_epoch().count() / 1000 + 1000, 0};
        const std::array<timespec, 2> times{far, far};
        ASSERT_EQ(::utimensat(AT_FDCWD, path_.c_str(), times.data(), 0), 0);
    }

    const temp_dir dir_;
    const std::string path_ = dir_.file("watched");
    changed_files files_{{dir_.file("other"), path_}, wall_now()};
};

} // namespace

TEST_F(changed_files_test, what_stays_as_it_is_has_not_changed) {
    EXPECT_FALSE(files_.look(wall_now()));
    write("a");
    EXPECT_TRUE(look());
    EXPECT_FALSE(look());
    EXPECT_FALSE(look());
}

TEST_F(changed_files_test, file_that_grows_is_replaced_or_goes_has_changed) {
    write("a");
    EXPECT_TRUE(look());
    write("b", std::ios::app);
    EXPECT_TRUE(look());
    std::ofstream(dir_.file("new")) << "cd";
    std::filesystem::rename(dir_.file("new"), path_);
    EXPECT_TRUE(look());
    EXPECT_FALSE(look());
    std::filesystem::remove(path_);
    EXPECT_TRUE(files_.look(wall_now()));
    EXPECT_FALSE(files_.look(wall_now()));
}

TEST_F(changed_files_test, file_that_changed_just_before_the_look_is_told_once_more) {
    write("a");
    EXPECT_TRUE(look(milliseconds(5)));
    // What may have been written within the same tick of the clock.
    EXPECT_TRUE(look(std::chrono::seconds(1)));
    EXPECT_FALSE(look(std::chrono::seconds(2)));
}

TEST_F(changed_files_test, file_that_changed_between_the_clock_and_a_late_look_is_told_once_more) {
    write("a");
    EXPECT_TRUE(look(milliseconds(-500)));
    EXPECT_TRUE(look(std::chrono::seconds(1)));
    EXPECT_FALSE(look(std::chrono::seconds(2)));
}

TEST_F(changed_files_test, file_dated_to_the_future_and_a_clock_set_back_are_no_endless_change) {
    write("a");
    keep_mtime_in_the_future();
    EXPECT_TRUE(look());
    EXPECT_FALSE(look());
    EXPECT_FALSE(look(-std::chrono::hours(1)));
    EXPECT_FALSE(look(-std::chrono::hours(1)));
}

} // namespace hubspool
