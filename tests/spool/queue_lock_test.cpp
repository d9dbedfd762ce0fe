// The lock that keeps a queue to one process.
#include "spool/queue_lock.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

namespace hubspool {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class queue_lock_test : public ::testing::Test {
protected:
    result<owned_descriptor> take() const { return take_queue_lock(root_.get(), "/q"); }
    std::string content() const {
        std::ifstream file(dir_.file(".lock"));
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write(const std::string& text) const { std::ofstream(dir_.file(".lock")) << text; }

    temp_dir dir_;
    owned_descriptor root_{::open(dir_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
};

TEST_F(queue_lock_test, holder_writes_its_pid) {
    const auto lock = take();
    ASSERT_TRUE(lock);
    EXPECT_EQ(content(), std::to_string(::getpid()) + "\n");
}

TEST_F(queue_lock_test, second_one_is_refused_and_told_whom_to_stop) {
    const auto lock = take();
    ASSERT_TRUE(lock);
    const auto second = take();
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, EWOULDBLOCK);
    EXPECT_EQ(second.error().message, "the queue /q is in use by process " +
                                          std::to_string(::getpid()) +
                                          " (lock /q/.lock): stop that one, or give this one "
                                          "another queue.directory");
}

TEST_F(queue_lock_test, refused_one_leaves_the_holders_pid_where_it_is) {
    const auto lock = take();
    ASSERT_TRUE(lock);
    write("4711\n"); // as another process would have written it
    EXPECT_FALSE(take());
    EXPECT_EQ(content(), "4711\n");
}

TEST_F(queue_lock_test, holder_that_has_not_written_its_pid_yet_is_another_process) {
    const auto lock = take();
    ASSERT_TRUE(lock);
    write("");
    EXPECT_THAT(take().error().message, HasSubstr("is in use by another process (lock "));
}

TEST_F(queue_lock_test, what_stands_in_the_file_does_no_harm_to_a_terminal) {
    const auto lock = take();
    ASSERT_TRUE(lock);
    write("\x1b[2J");
    EXPECT_THAT(take().error().message, Not(HasSubstr("\x1b")));
}

TEST_F(queue_lock_test, let_go_it_is_free_and_the_longer_pid_before_is_gone) {
    write("123456789012345\n");
    {
        const auto lock = take();
        ASSERT_TRUE(lock);
        EXPECT_EQ(content(), std::to_string(::getpid()) + "\n");
    }
    EXPECT_TRUE(take());
}

TEST_F(queue_lock_test, ends_with_its_process_however_that_ends) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        const auto lock = take_queue_lock(root_.get(), "/q");
        ::_exit(lock ? 0 : 1); // nothing is closed or written on its way
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    EXPECT_EQ(content(), std::to_string(child) + "\n") << "of the one that has gone";
    EXPECT_TRUE(take());
}

TEST_F(queue_lock_test, link_is_not_followed) {
    write("");
    std::filesystem::rename(dir_.file(".lock"), dir_.file("elsewhere"));
    std::filesystem::create_symlink("elsewhere", dir_.file(".lock"));
    const auto lock = take();
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().code, ELOOP);
    EXPECT_THAT(lock.error().message, HasSubstr("cannot open the lock /q/.lock"));
}

TEST_F(queue_lock_test, nobody_but_the_owner_can_lock_us_out) {
    write("");
    ASSERT_EQ(::chmod(dir_.file(".lock").c_str(), 0666), 0);
    ASSERT_TRUE(take());
    struct stat found{};
    ASSERT_EQ(::stat(dir_.file(".lock").c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777U, 0600U);
}

} // namespace
} // namespace hubspool
