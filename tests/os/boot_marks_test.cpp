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

struct offset_row {
    const char* text;
    const char* offset;
};

const offset_row offset_rows[] = {
    {"monotonic 5 5\nboottime 0 0\n", ""}, // of the boot clock alone
    {"boottime 0 1\n", "0.1"},             // by less than a second
    {"boottime 10 0\n", "10.0"},
    {"boottime\t10\t7\n", "10.7"},
    {"boottime 10 7", "10.7"}, // without a newline
    {"boottime 10 7\nmonotonic 1 1\n", "10.7"},
    {"monotonic 1 1\n", ""}, // a kernel without it
};

TEST(boot_clock_offset, is_that_of_the_boot_clock_in_whatever_form) {
    for (const offset_row& row : offset_rows)
        EXPECT_EQ(boot_clock_offset(row.text), row.offset) << row.text;
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

TEST_F(memory_mark, is_whole_or_none) {
    for (const std::size_t bytes : {0U, 31U, 33U}) {
        std::ofstream(file()) << std::string(bytes, 'a') << '\n';
        EXPECT_EQ(mark(), "") << bytes;
    }
    std::ofstream(file()) << std::string(32, 'a') << '\n';
    EXPECT_EQ(mark(), std::string(32, 'a'));
}

TEST_F(memory_mark, is_not_believed_where_the_group_may_have_written_it) {
    std::ofstream(file()) << std::string(32, 'a') << '\n';
    std::filesystem::permissions(file(), std::filesystem::perms(0620));
    EXPECT_EQ(mark(), "");
}

TEST_F(memory_mark, may_be_read_by_others) {
    std::ofstream(file()) << std::string(32, 'a') << '\n';
    std::filesystem::permissions(file(), std::filesystem::perms(0644));
    EXPECT_EQ(mark(), std::string(32, 'a'));
}

TEST_F(memory_mark, of_another_user_is_not_believed) {
    std::ofstream(file()) << std::string(32, 'a') << '\n';
    std::filesystem::permissions(file(), std::filesystem::perms(0600));
    if (::chown(file().c_str(), 65534, 65534) != 0)
        GTEST_SKIP() << "files cannot be given away here";
    EXPECT_EQ(mark(), "");
}

TEST_F(memory_mark, is_not_waited_for_where_a_fifo_has_its_name) {
    ASSERT_EQ(::mkfifo(file().c_str(), 0600), 0);
    EXPECT_EQ(mark(), "");
}

TEST_F(memory_mark, of_somebody_who_was_faster_is_not_replaced) {
    std::ofstream(file()) << "short\n";
    EXPECT_EQ(mark(), "");
    std::string text;
    std::getline(std::ifstream(file()), text);
    EXPECT_EQ(text, "short");
}

TEST(boot_marks_now, knows_the_kernels_and_none_of_what_is_not_memory) {
    EXPECT_FALSE(boot_marks_now().kernel.empty());
    EXPECT_EQ(boot_marks_now("/proc").memory, "");
    EXPECT_EQ(boot_marks_now("/nowhere").memory, "");
}

} // namespace
} // namespace hubspool
