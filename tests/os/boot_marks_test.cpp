#include "os/boot_marks.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace hubspool {
namespace {

TEST(same_boot, one_mark_that_agrees_is_enough) {
    EXPECT_TRUE(same_boot({"a", "m"}, {"a", "m"}));
    EXPECT_TRUE(same_boot({"of the unit", "m"}, {"of the shell", "m"}));
    EXPECT_TRUE(same_boot({"a", "of a container"}, {"a", "of its successor"}));
    EXPECT_TRUE(same_boot({"a", ""}, {"a", "m"}));
    EXPECT_FALSE(same_boot({"a", "m"}, {"b", "n"}));
}

TEST(same_boot, marks_that_are_not_to_be_had_agree_with_nothing) {
    EXPECT_FALSE(same_boot({"", ""}, {"", ""}));
    EXPECT_FALSE(same_boot({"", "m"}, {"", ""}));
    EXPECT_FALSE(same_boot({"a", ""}, {"", "m"}));
}

TEST(boot_clock_offset, is_told_in_a_time_namespace_alone) {
    EXPECT_EQ(boot_clock_offset("monotonic           0         0\n"
                                "boottime            0         0\n"),
              "");
    EXPECT_EQ(boot_clock_offset("monotonic           0         0\n"
                                "boottime      -864000  25000000\n"),
              "-864000.25000000");
    EXPECT_EQ(boot_clock_offset(""), "");
}

// On the machine's own memory: only there a file system in memory is sure to be.
struct memory_mark : ::testing::Test {
    const std::string shm = "/dev/shm";
    std::filesystem::path place = shm + "/hubspool-boot-test-" + std::to_string(::getpid());

    void SetUp() override {
        struct statfs found{};
        constexpr long tmpfs = 0x01021994;
        if (::statfs(shm.c_str(), &found) != 0 || found.f_type != tmpfs ||
            ::access(shm.c_str(), W_OK) != 0)
            GTEST_SKIP() << shm << " is no memory that we may write to";
        std::filesystem::create_directory(place);
    }
    void TearDown() override { std::filesystem::remove_all(place); }
    std::string mark() const { return boot_marks_now(place.string()).memory; }
    std::string file() const { return place / ("hubspool-boot-" + std::to_string(::geteuid())); }
};

TEST_F(memory_mark, is_made_once_and_then_stays) {
    const std::string made = mark();
    EXPECT_EQ(made.size(), 32U);
    EXPECT_EQ(mark(), made);
    struct stat status{};
    ASSERT_EQ(::stat(file().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0600U);
}

TEST_F(memory_mark, is_another_one_once_memory_was_lost) {
    const std::string before = mark();
    std::filesystem::remove(file());
    EXPECT_NE(mark(), before);
}

TEST_F(memory_mark, is_not_believed_where_others_may_have_written_it) {
    std::ofstream(file()) << std::string(32, 'a') << '\n';
    std::filesystem::permissions(file(), std::filesystem::perms(0666));
    EXPECT_EQ(mark(), "");
    std::filesystem::remove(file());
    std::filesystem::create_symlink("/etc/hostname", file());
    EXPECT_EQ(mark(), "");
    std::filesystem::remove(file());
    std::filesystem::create_directory(file());
    EXPECT_EQ(mark(), "");
}

TEST(boot_marks_now, knows_the_kernels_and_none_of_what_is_not_memory) {
    EXPECT_FALSE(boot_marks_now().kernel.empty());
    EXPECT_EQ(boot_marks_now("/proc").memory, "");
    EXPECT_EQ(boot_marks_now("/nowhere").memory, "");
}

} // namespace
} // namespace hubspool
