#include "state/directory_lock.hpp"
#include "state/disk_reserve.hpp"
#include "state/state_builders.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::HasSubstr;

class directory_lock_test : public ::testing::Test {
protected:
    temp_dir directory;
    std::string where = directory.path().string();
    std::string path = directory.file("lock");
};

TEST_F(directory_lock_test, second_taker_is_told_the_pid_and_both_ways_out) {
    const auto held = directory_lock::take(where);
    ASSERT_TRUE(works(held));
    const auto refused = directory_lock::take(where);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, EBUSY);
    EXPECT_THAT(refused.error().message,
                HasSubstr("in use by process " + std::to_string(::getpid()) + ";"));
    EXPECT_THAT(refused.error().message, HasSubstr("a state.directory of its own"));
}

TEST_F(directory_lock_test, is_free_again_once_it_is_let_go) {
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(works(directory_lock::take(where)));
}

TEST_F(directory_lock_test, longer_pid_of_a_run_before_leaves_no_digits) {
    std::ofstream(path) << "99999999999\n";
    const auto held = directory_lock::take(where);
    ASSERT_TRUE(works(held));
    EXPECT_EQ(content_of(path), std::to_string(::getpid()) + "\n");
}

TEST_F(directory_lock_test, holder_that_wrote_no_pid_is_unknown) {
    const auto held = directory_lock::take(where);
    std::ofstream(path, std::ios::trunc).close();
    EXPECT_THAT(directory_lock::take(where).error().message, HasSubstr("process (unknown);"));
}

TEST_F(directory_lock_test, link_in_its_place_is_not_followed) {
    std::filesystem::create_symlink(directory.file("elsewhere"), path);
    const auto refused = directory_lock::take(where);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ELOOP);
    EXPECT_FALSE(std::filesystem::exists(directory.file("elsewhere")));
}

TEST_F(directory_lock_test, directory_that_is_not_there_is_named) {
    const auto refused = directory_lock::take(directory.file("none"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOENT);
    EXPECT_THAT(refused.error().message, HasSubstr(directory.file("none/lock")));
}

class disk_reserve_test : public directory_lock_test {
protected:
    std::string reserve_path = directory.file("reserve");
    std::uint64_t allocated() const {
        struct stat status{};
        return ::stat(reserve_path.c_str(), &status) == 0
                   ? static_cast<std::uint64_t>(status.st_blocks) * 512
                   : 0;
    }
};

TEST_F(disk_reserve_test, is_allocated_and_its_owners_alone) {
    disk_reserve reserve(where);
    EXPECT_FALSE(reserve.held());
    ASSERT_TRUE(works(reserve.restore()));
    EXPECT_TRUE(reserve.held());
    EXPECT_GE(allocated(), disk_reserve_bytes);
    EXPECT_EQ(std::filesystem::status(reserve_path).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(disk_reserve_test, of_a_run_before_is_taken_over) {
    ASSERT_TRUE(works(disk_reserve(where).restore()));
    disk_reserve next(where);
    EXPECT_TRUE(next.held());
    EXPECT_TRUE(next.give_up());
    EXPECT_EQ(allocated(), 0U);
    EXPECT_FALSE(next.give_up()) << "there is none any more";
}

TEST_F(disk_reserve_test, that_is_too_short_is_none_and_is_made_whole) {
    std::ofstream(reserve_path) << std::string(disk_reserve_bytes / 2, 'x');
    disk_reserve reserve(where);
    EXPECT_FALSE(reserve.held());
    EXPECT_FALSE(reserve.give_up());
    ASSERT_TRUE(works(reserve.restore()));
    EXPECT_GE(allocated(), disk_reserve_bytes);
}

TEST_F(disk_reserve_test, that_somebody_has_deleted_counts_as_given_up_and_is_made_again) {
    disk_reserve reserve(where);
    ASSERT_TRUE(works(reserve.restore()));
    std::filesystem::remove(reserve_path);
    EXPECT_TRUE(reserve.give_up()) << "there is room all the same";
    ASSERT_TRUE(works(reserve.restore()));
    EXPECT_TRUE(reserve.held());
}

TEST_F(disk_reserve_test, link_in_its_place_is_not_followed) {
    std::filesystem::create_symlink(directory.file("elsewhere"), reserve_path);
    disk_reserve reserve(where);
    const auto refused = reserve.restore();
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("reserve"));
    EXPECT_FALSE(std::filesystem::exists(directory.file("elsewhere")));
}

} // namespace
} // namespace hubspool
