// Whole reads and writes, in pieces of any size, beside a string.
#include "os/file_io.hpp"
#include "os/owned_descriptor.hpp"
#include "support/random_rounds.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <random>

namespace hubspool {
namespace {

class whole_writes : public ::testing::Test {
protected:
    std::string content() const {
        const owned_descriptor again(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
        return read_at_most(again.get(), 1U << 20).value_or("cannot be read");
    }

    temp_dir directory;
    std::string path = directory.file("bytes");
    owned_descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
};

TEST_F(whole_writes, at_any_places_come_to_what_a_string_has) {
    std::mt19937_64 random(20261130);
    std::string expected;
    for (int round = 0; round < testing::random_rounds(500); ++round) {
        const std::uint64_t at = random() % 3000;
        std::string bytes(random() % 200, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        ASSERT_TRUE(write_all_at(file.get(), bytes, at));
        if (!bytes.empty()) {
            expected.resize(std::max<std::size_t>(expected.size(), at + bytes.size()), '\0');
            expected.replace(at, bytes.size(), bytes);
        }
        const std::uint64_t from = random() % 3000;
        std::string back(random() % 200, 'x');
        const bool is_there = from + back.size() <= expected.size() || back.empty();
        ASSERT_EQ(read_all_at(file.get(), back.data(), back.size(), from), is_there);
        if (is_there && !back.empty()) {
            ASSERT_EQ(back, expected.substr(from, back.size()));
        }
    }
    EXPECT_EQ(content(), expected);
}

TEST_F(whole_writes, of_nothing_are_done_and_ask_for_no_descriptor) {
    EXPECT_TRUE(write_all(-1, ""));
    EXPECT_TRUE(write_all_at(-1, "", 10));
    EXPECT_TRUE(read_all_at(-1, nullptr, 0, 10));
    EXPECT_EQ(content(), "");
}

// A limit of the size of files stands in for a full disk: the first bytes are taken.
TEST_F(whole_writes, that_end_in_the_middle_fail_and_leave_what_was_taken) {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 10;
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const bool appended = write_all(file.get(), "0123456789abcdef");
    const int error = errno;
    const bool placed = write_all_at(file.get(), "XYZ", 9);
    ::setrlimit(RLIMIT_FSIZE, &before);
    EXPECT_FALSE(appended);
    EXPECT_EQ(error, EFBIG);
    EXPECT_FALSE(placed);
    EXPECT_EQ(content(), "012345678X");
}

TEST_F(whole_writes, to_the_wrong_end_say_so) {
    const owned_descriptor reading(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    EXPECT_FALSE(write_all(reading.get(), "x"));
    EXPECT_EQ(errno, EBADF);
    const owned_descriptor writing(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    char byte = 0;
    EXPECT_FALSE(read_all_at(writing.get(), &byte, 1, 0));
    EXPECT_EQ(errno, EBADF);
    EXPECT_EQ(read_at_most(writing.get(), 1), std::nullopt);
    // A directory is made durable, a file is none.
    EXPECT_FALSE(sync_directory(path));
    EXPECT_EQ(errno, ENOTDIR);
}

} // namespace
} // namespace hubspool
