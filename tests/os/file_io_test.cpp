#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <thread>

namespace hubspool {
namespace {

class file_io : public ::testing::Test {
protected:
    owned_descriptor open(const std::string& name, int flags) const {
        return owned_descriptor(::open(dir_.file(name).c_str(), flags, 0600));
    }
    std::string content(const std::string& name) const {
        return read_at_most(open(name, O_RDONLY).get(), 1000).value_or("cannot be read");
    }

    temp_dir dir_;
};

TEST_F(file_io, what_was_written_is_read_up_to_the_limit) {
    ASSERT_TRUE(write_all(open("a", O_WRONLY | O_CREAT).get(), "12345"));
    EXPECT_EQ(content("a"), "12345");
    EXPECT_EQ(read_at_most(open("a", O_RDONLY).get(), 3), "123");
    EXPECT_EQ(read_at_most(open("a", O_RDONLY).get(), 0), "");
}

TEST_F(file_io, writing_at_an_offset_leaves_the_rest) {
    ASSERT_TRUE(write_all(open("a", O_WRONLY | O_CREAT).get(), "12345"));
    ASSERT_TRUE(write_all_at(open("a", O_WRONLY).get(), "xy", 2));
    EXPECT_EQ(content("a"), "12xy5");
}

TEST_F(file_io, reading_behind_the_end_is_an_input_error) {
    ASSERT_TRUE(write_all(open("a", O_WRONLY | O_CREAT).get(), "12345"));
    std::array<char, 4> bytes{};
    EXPECT_TRUE(read_all_at(open("a", O_RDONLY).get(), bytes.data(), 4, 1));
    EXPECT_EQ(std::string_view(bytes.data(), 4), "2345");
    EXPECT_FALSE(read_all_at(open("a", O_RDONLY).get(), bytes.data(), 4, 2));
    EXPECT_EQ(errno, EIO);
}

TEST_F(file_io, failures_leave_the_reason_in_errno) {
    EXPECT_FALSE(write_all(open("none", O_RDONLY).get(), "x"));
    EXPECT_EQ(errno, EBADF);
    EXPECT_FALSE(write_all_at(-1, "x", 0));
    EXPECT_EQ(errno, EBADF);
    EXPECT_FALSE(read_at_most(-1, 10));
    EXPECT_EQ(errno, EBADF);
    EXPECT_FALSE(sync_directory(dir_.file("none")));
    EXPECT_EQ(errno, ENOENT);
    EXPECT_TRUE(sync_directory(dir_.path().string()));
}

// A pipe takes and gives 64 KiB at a time.
TEST_F(file_io, all_is_moved_when_the_kernel_takes_it_in_pieces) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    owned_descriptor from(ends[0]);
    owned_descriptor to(ends[1]);
    const std::string text(1U << 20, 'x');
    bool written = false;
    std::thread writer([&] {
        written = write_all(to.get(), text);
        to.reset();
    });
    EXPECT_EQ(read_at_most(from.get(), 2U << 20), text);
    writer.join();
    EXPECT_TRUE(written);
}

TEST(owned_descriptor, closes_what_it_holds_and_nothing_that_it_gave_away) {
    std::array<int, 2> ends{};
    ASSERT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    const auto is_open = [](int fd) { return ::fcntl(fd, F_GETFD) >= 0; };
    owned_descriptor second(ends[1]);
    {
        owned_descriptor first(ends[0]);
        owned_descriptor moved(std::move(first));
        EXPECT_FALSE(first); // NOLINT(bugprone-use-after-move): empty is what it is to be
        second = std::move(moved);
        EXPECT_FALSE(is_open(ends[1])) << "the one before";
        EXPECT_TRUE(is_open(ends[0]));
    }
    EXPECT_TRUE(is_open(ends[0]));
    EXPECT_EQ(second.release(), ends[0]);
    EXPECT_FALSE(second);
    EXPECT_TRUE(is_open(ends[0]));
    ::close(ends[0]);
}

} // namespace
} // namespace hubspool
