// What hubspool may not read or move. As root, which may everything, in a child of another user.
#include "spool/queue_fixture.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <linux/fs.h>

namespace hubspool::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr uid_t other_user = 65534;

class queue_obstacles : public queue_fixture {
protected:
    void SetUp() override {
        if (::geteuid() == 0) {
            ASSERT_EQ(::chown(dir_.path().c_str(), other_user, other_user), 0);
        }
    }

    // True when `test` finds nothing wrong as a user who is not root.
    bool holds_without_privilege(const std::function<void()>& test) {
        if (::geteuid() != 0) {
            test();
            return !HasFailure();
        }
        const auto child = ::fork();
        if (child == 0) {
            const bool other = ::setgid(other_user) == 0 && ::setuid(other_user) == 0;
            if (other) {
                test();
            }
            ::_exit(other && !HasFailure() ? 0 : 1);
        }
        int status = 0;
        return ::waitpid(child, &status, 0) == child && WIFEXITED(status) &&
               WEXITSTATUS(status) == 0;
    }
};

TEST_F(queue_obstacles, scenario_59_an_unreadable_file_is_stepped_over_until_it_is_readable) {
    EXPECT_TRUE(holds_without_privilege([&] {
        auto queue = open();
        put("new", "a");
        ::chmod(at("new/a").c_str(), 0200);
        until_next_tick();
        put("new", "b\n");
        EXPECT_THAT(names_of(scan_all(*queue)), ElementsAre("b\n"));
        ASSERT_THAT(skipped_, SizeIs(1));
        EXPECT_EQ(skipped_[0].path, "new/a");
        EXPECT_THAT(skipped_[0].why, HasSubstr("chmod"));
        EXPECT_EQ(queue->survey().waiting()->files, 0U);
        EXPECT_EQ(queue->survey().waiting()->blocked_files, 1U);
        EXPECT_EQ(queue->survey().waiting()->blocked_bytes, 2U);
        EXPECT_EQ(queue->survey().waiting()->blocked.front().why, skipped_[0].why);
        ::chmod(at("new/a").c_str(), 0600);
        EXPECT_THAT(names_of(scan_all(*queue)), ElementsAre("a"));
        EXPECT_THAT(skipped_, IsEmpty());
    }));
}

TEST_F(queue_obstacles, scenario_26_another_owners_directory_is_stepped_over) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root makes another owner's directory";
    }
    ASSERT_TRUE(holds_without_privilege([&] { open(); }));
    std::filesystem::create_directory(at("new/directory"));
    EXPECT_TRUE(holds_without_privilege([&] {
        auto queue = open();
        put("new", "b");
        EXPECT_THAT(names_of(scan_all(*queue)), ElementsAre("b"));
        ASSERT_THAT(skipped_, SizeIs(1));
        EXPECT_EQ(skipped_[0].path, "new/directory");
        EXPECT_THAT(skipped_[0].why, HasSubstr("chown"));
        EXPECT_EQ(queue->survey().waiting()->blocked.front().why, skipped_[0].why);
    }));
}

TEST_F(queue_obstacles, another_owners_sticky_lane_steps_over_foreign_files_and_warns) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root makes another owner's directory";
    }
    ASSERT_TRUE(holds_without_privilege([&] { open(); }));
    ASSERT_EQ(::chown(at("new").c_str(), 0, other_user), 0);
    ASSERT_EQ(::chmod(at("new").c_str(), 03770), 0);
    put("new", "foreign");
    ASSERT_EQ(::chmod(at("new/foreign").c_str(), 0644), 0);
    EXPECT_TRUE(holds_without_privilege([&] {
        auto queue = open();
        EXPECT_THAT(queue->survey().mode_warnings(), ElementsAre(HasSubstr("chown")));
        put("new", "own");
        EXPECT_THAT(names_of(scan_all(*queue)), ElementsAre("own"));
        ASSERT_THAT(skipped_, SizeIs(1));
        EXPECT_EQ(skipped_[0].path, "new/foreign");
        EXPECT_EQ(queue->survey().waiting()->blocked.front().why, skipped_[0].why);
    }));
}

TEST_F(queue_obstacles, a_cur_that_may_not_be_written_refuses_to_open) {
    EXPECT_TRUE(holds_without_privilege([&] {
        open().reset();
        ::chmod(at("cur").c_str(), 0500);
        const auto queue = queue_directory::open({root().string()});
        ASSERT_FALSE(queue);
        EXPECT_EQ(queue.error().code, EACCES);
        EXPECT_THAT(queue.error().message, HasSubstr("/cur"));
    }));
}

TEST_F(queue_obstacles, a_file_unreadable_after_its_claim_is_refused_with_the_remedy) {
    EXPECT_TRUE(holds_without_privilege([&] {
        auto queue = open();
        const auto file = claim_one(*queue, "a");
        ::chmod(at("cur/000000/00000000000000000001-2000000000000-live-a").c_str(), 0);
        const auto opened = open_for_reading(*queue, file);
        ASSERT_FALSE(opened);
        EXPECT_EQ(opened.error().code, EACCES);
        EXPECT_THAT(opened.error().message, HasSubstr("chown"));
    }));
}

bool set_immutable(const std::string& path, bool on) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    int flags = 0;
    bool done = ::ioctl(file, FS_IOC_GETFLAGS, &flags) == 0;
    flags = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
    done = done && ::ioctl(file, FS_IOC_SETFLAGS, &flags) == 0;
    ::close(file);
    return done;
}

TEST_F(queue_obstacles, scenario_26_an_immutable_file_is_stepped_over_until_it_is_not) {
    auto queue = open();
    put("new", "a");
    if (!set_immutable(at("new/a").string(), true)) {
        GTEST_SKIP() << "the file system or the user cannot make a file immutable";
    }
    put("new", "b");
    EXPECT_THAT(names_of(scan_all(*queue)), ElementsAre("b"));
    EXPECT_THAT(skipped_, SizeIs(1));
    EXPECT_THAT(skipped_.at(0).why, HasSubstr("chattr -i"));
    ASSERT_TRUE(set_immutable(at("new/a").string(), false));
    const auto files = scan_all(*queue);
    EXPECT_THAT(names_of(files), ElementsAre("a"));
}

} // namespace
} // namespace hubspool::testing
