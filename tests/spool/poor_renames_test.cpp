// On a file system that has no RENAME_NOREPLACE, as NFS.
#include "spool/arrivals/queue_writer.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_fixture.hpp"
#include "support/system_calls.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>

#include <cerrno>

namespace hubspool::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

constexpr wall_time settled_at{std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 23h};

class poor_renames : public queue_fixture {
protected:
    poor_renames() {
        queue_ = open();
        calls_.emplace(root());
        calls_->refuse("rename", EINVAL); // renameat2 alone
    }
    int move(const std::string& name, const std::string& new_name) {
        const auto tmp = open_directory(AT_FDCWD, at("tmp"), "tmp");
        return move_entry(tmp->get(), name, tmp->get(), new_name);
    }
    void make(const std::string& name, const std::string& content) {
        std::ofstream(at("tmp") / name) << content;
    }
    std::size_t names_in_tmp() {
        return static_cast<std::size_t>(std::distance(
            std::filesystem::directory_iterator(at("tmp")), std::filesystem::directory_iterator()));
    }

    std::unique_ptr<queue_directory> queue_;
    std::optional<system_calls> calls_;
};

TEST_F(poor_renames, take_a_file_all_its_way) {
    put("new", "a", "content");
    put("bulk", "b", "other");
    const auto files = scan_all(*queue_);
    ASSERT_EQ(files.size(), 2U);
    ASSERT_TRUE(queue_->moves().to_done(files[0], settled_at));
    ASSERT_TRUE(queue_->moves().reject(files[1], "why"));
    EXPECT_EQ(content_of(at("done/2026-11-23/00000000000000000001-2000000000000-live-a")),
              "content");
    EXPECT_EQ(content_of(at("rejected/00000000000000000002-2000000000000-bulk-b")), "other");
    EXPECT_TRUE(std::filesystem::is_empty(at("cur/000000")));

    auto writer = queue_writer::open(root(), lane::live);
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->write("{}"));
    ASSERT_TRUE((*writer)->finish("json"));
    EXPECT_EQ(names_of(scan_all(*queue_)).size(), 1U);
}

TEST_F(poor_renames, never_replace) {
    make("from", "new");
    make("to", "old");
    EXPECT_EQ(move("from", "to"), EEXIST);
    EXPECT_EQ(content_of(at("tmp/from")), "new");
    EXPECT_EQ(content_of(at("tmp/to")), "old");
    std::filesystem::create_directory(at("tmp/directory"));
    EXPECT_EQ(move("from", "directory"), EEXIST);
    EXPECT_EQ(move("directory", "to"), EEXIST);
    EXPECT_EQ(content_of(at("tmp/to")), "old");
}

TEST_F(poor_renames, that_fail_leave_nothing_behind) {
    EXPECT_EQ(move("absent", "to"), ENOENT);
    EXPECT_EQ(names_in_tmp(), 0U);
}

TEST_F(poor_renames, move_directories_and_links_too) {
    std::filesystem::create_directory(at("tmp/directory"));
    std::filesystem::create_symlink("nowhere", at("tmp/link"));
    EXPECT_EQ(move("directory", "moved-directory"), 0);
    EXPECT_EQ(move("link", "moved-link"), 0);
    EXPECT_TRUE(std::filesystem::is_directory(at("tmp/moved-directory")));
    EXPECT_TRUE(std::filesystem::is_symlink(at("tmp/moved-link")));
    EXPECT_EQ(names_in_tmp(), 2U);
}

TEST_F(poor_renames, are_found_by_a_probe_that_leaves_nothing_behind) {
    const auto tmp = open_directory(AT_FDCWD, at("tmp"), "tmp");
    EXPECT_FALSE(*renames_without_replacing(tmp->get(), "tmp"));
    calls_->refuse("rename", 0);
    EXPECT_TRUE(*renames_without_replacing(tmp->get(), "tmp"));
    EXPECT_EQ(names_in_tmp(), 0U);
}

} // namespace
} // namespace hubspool::testing
