#include "spool/queue_fixture.hpp"
#include "spool/queue_layout.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class queue_layout_test : public testing::queue_fixture {
protected:
    result<std::shared_ptr<const queue_layout>> layout(queue_access access = queue_access::work,
                                                       std::uint64_t files = 10) {
        return queue_layout::open({root().string(), milliseconds(0), files}, access);
    }
    std::shared_ptr<const queue_layout> made(queue_access access = queue_access::work) {
        auto opened = layout(access);
        if (!opened) throw std::runtime_error(opened.error().message);
        return *opened;
    }
    unsigned mode_of(const std::string& name) const {
        struct stat found{};
        EXPECT_EQ(::lstat((root() / name).c_str(), &found), 0) << name;
        return found.st_mode & 07777U;
    }
};

TEST_F(queue_layout_test, of_a_new_queue_has_no_warnings_and_all_its_directories) {
    const auto opened = made();
    EXPECT_THAT(opened->warnings, IsEmpty());
    for (const char* const name : {"tmp", "new", "bulk"}) EXPECT_EQ(mode_of(name), 03770U) << name;
    for (const char* const name : {"cur", "done", "rejected"}) EXPECT_EQ(mode_of(name), 0700U);
    EXPECT_EQ(mode_of(".lock"), 0600U);
}

TEST_F(queue_layout_test, of_one_that_is_there_changes_no_mode_that_its_administrator_chose) {
    {
        const auto opened = made();
    }
    std::filesystem::permissions(root() / "new", std::filesystem::perms(0770));
    const auto opened = made();
    EXPECT_EQ(mode_of("new"), 0770U);
    ASSERT_FALSE(opened->warnings.empty());
    EXPECT_THAT(opened->warnings[0], HasSubstr("chmod 3770 " + (root() / "new").string()));
}

TEST_F(queue_layout_test, of_a_reader_takes_no_lock_and_makes_nothing) {
    const auto nothing = layout(queue_access::look);
    ASSERT_FALSE(nothing);
    EXPECT_EQ(nothing.error().code, ENOENT);
    EXPECT_THAT(nothing.error().message, HasSubstr("see queue.directory in the configuration"));
    EXPECT_FALSE(std::filesystem::exists(root()));
    const auto working = made();
    const auto looking = made(queue_access::look);
    EXPECT_TRUE(working->lock);
    EXPECT_FALSE(looking->lock);
}

TEST_F(queue_layout_test, of_a_second_worker_is_refused_with_the_lock_and_the_pid) {
    const auto first = made();
    const auto second = layout();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EWOULDBLOCK);
    EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
    EXPECT_THAT(second.error().message, HasSubstr((root() / ".lock").string()));
}

TEST_F(queue_layout_test, of_a_file_in_place_of_a_directory_says_what_to_do) {
    std::filesystem::create_directories(root());
    std::ofstream(root() / "done") << "x";
    const auto refused = layout();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOTDIR);
    EXPECT_THAT(refused.error().message, HasSubstr((root() / "done").string()));
    EXPECT_THAT(refused.error().message, HasSubstr("remove it and make the directory"));
}

TEST_F(queue_layout_test, of_a_missing_parent_names_the_queue) {
    const auto refused =
        queue_layout::open({dir_.file("none/queue"), milliseconds(0), 10, {}}, queue_access::work);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ENOENT);
    EXPECT_THAT(refused.error().message, HasSubstr(dir_.file("none/queue")));
}

TEST_F(queue_layout_test, numbers_fall_into_subdirectories_of_equal_size) {
    const auto opened = made();
    EXPECT_EQ(opened->subdirectory_of(0), 0U);
    EXPECT_EQ(opened->subdirectory_of(9), 0U);
    EXPECT_EQ(opened->subdirectory_of(10), 1U);
    EXPECT_EQ(opened->subdirectory_path(1), "cur/000001");
    EXPECT_EQ(opened->shown("cur/000001"), (root() / "cur/000001").string());
    EXPECT_EQ(opened->open_subdirectory(1).error().code, ENOENT);
    std::filesystem::create_directory(root() / "cur/000001");
    EXPECT_TRUE(opened->open_subdirectory(1));
    EXPECT_TRUE(opened->sync_subdirectory(1));
    EXPECT_EQ(opened->sync_subdirectory(2).error().code, ENOENT);
}

TEST_F(queue_layout_test, lane_that_was_deleted_is_made_again_by_who_works_alone) {
    const auto working = made();
    const auto looking = made(queue_access::look);
    std::filesystem::remove(root() / "bulk");
    EXPECT_EQ(looking->open_lane(lane::bulk).error().code, ENOENT);
    EXPECT_FALSE(std::filesystem::exists(root() / "bulk"));
    EXPECT_TRUE(working->open_lane(lane::bulk));
    EXPECT_EQ(mode_of("bulk"), 03770U);
}

TEST_F(queue_layout_test, lane_that_is_a_link_is_never_followed) {
    const auto working = made();
    std::filesystem::remove(root() / "new");
    std::filesystem::create_directory_symlink(dir_.path(), root() / "new");
    const auto refused = working->open_lane(lane::live);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("no link is followed"));
}

} // namespace
} // namespace hubspool
