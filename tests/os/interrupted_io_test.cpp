// Whole reads and writes when the system does them bit by bit, and what makes names durable.
#include "os/file_io.hpp"
#include "os/interrupted_calls.hpp"
#include "os/owned_descriptor.hpp"
#include "support/system_calls.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>

#include <cerrno>

namespace hubspool {
namespace {

using ::testing::ElementsAre;
using testing::interrupted_calls;
using testing::system_calls;

class interrupted_io : public ::testing::Test {
protected:
    std::string content() const {
        const owned_descriptor again(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        return read_at_most(again.get(), 1000).value_or("cannot be read");
    }

    temp_dir directory_;
    const std::string path_ = directory_.file("bytes");
    owned_descriptor file_{::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)};
    const std::string text_ = "0123456789";
};

TEST_F(interrupted_io, write_goes_on_where_the_piece_before_ended) {
    const interrupted_calls calls(file_.get(), 2, 3);
    EXPECT_TRUE(write_all(file_.get(), text_));
    EXPECT_EQ(content(), text_);
    EXPECT_EQ(calls.interrupted(), 5) << "twice at first, and behind each piece but the last";
}

TEST_F(interrupted_io, write_at_a_place_goes_on_behind_the_piece_before) {
    ASSERT_TRUE(write_all(file_.get(), "----------------"));
    {
        const interrupted_calls calls(file_.get(), 2, 3);
        EXPECT_TRUE(write_all_at(file_.get(), text_, 2));
    }
    EXPECT_EQ(content(), "--0123456789----");
}

TEST_F(interrupted_io, read_at_a_place_goes_on_behind_the_piece_before) {
    ASSERT_TRUE(write_all(file_.get(), text_));
    const interrupted_calls calls(file_.get(), 2, 3);
    std::string back(8, 'x');
    EXPECT_TRUE(read_all_at(file_.get(), back.data(), back.size(), 1));
    EXPECT_EQ(back, "12345678");
}

TEST_F(interrupted_io, read_up_to_the_end_takes_all_pieces) {
    ASSERT_TRUE(write_all(file_.get(), text_));
    ASSERT_EQ(::lseek(file_.get(), 0, SEEK_SET), 0);
    const interrupted_calls calls(file_.get(), 2, 3);
    EXPECT_EQ(read_at_most(file_.get(), 100), text_);
}

TEST_F(interrupted_io, read_up_to_a_limit_takes_no_byte_more) {
    ASSERT_TRUE(write_all(file_.get(), text_));
    ASSERT_EQ(::lseek(file_.get(), 0, SEEK_SET), 0);
    const interrupted_calls calls(file_.get(), 0, 3);
    EXPECT_EQ(read_at_most(file_.get(), 7), "0123456");
}

TEST_F(interrupted_io, write_that_fails_behind_a_piece_says_why) {
    interrupted_calls calls(file_.get(), 0, 3);
    calls.fail_after(3, ENOSPC);
    EXPECT_FALSE(write_all(file_.get(), text_));
    EXPECT_EQ(errno, ENOSPC);
}

TEST_F(interrupted_io, write_at_a_place_that_fails_behind_a_piece_says_why) {
    interrupted_calls calls(file_.get(), 0, 3);
    calls.fail_after(3, EIO);
    EXPECT_FALSE(write_all_at(file_.get(), text_, 0));
    EXPECT_EQ(errno, EIO);
}

// A bad sector behind good ones: half of it is nothing that anybody could go by.
TEST_F(interrupted_io, read_that_fails_behind_a_piece_gives_nothing) {
    ASSERT_TRUE(write_all(file_.get(), text_));
    ASSERT_EQ(::lseek(file_.get(), 0, SEEK_SET), 0);
    interrupted_calls calls(file_.get(), 0, 3);
    calls.fail_after(3, EIO);
    EXPECT_EQ(read_at_most(file_.get(), 100), std::nullopt);
    std::string back(8, 'x');
    EXPECT_FALSE(read_all_at(file_.get(), back.data(), back.size(), 0));
    EXPECT_EQ(errno, EIO);
}

TEST_F(interrupted_io, directory_is_made_durable_by_an_fsync_of_it) {
    const system_calls calls(directory_.path().string());
    EXPECT_TRUE(sync_directory(directory_.path().string()));
    EXPECT_THAT(calls.seen(), ElementsAre("fsync " + directory_.path().string()));
}

TEST_F(interrupted_io, directory_that_cannot_be_made_durable_says_why) {
    system_calls calls(directory_.path().string());
    calls.refuse("fsync", EIO);
    EXPECT_FALSE(sync_directory(directory_.path().string()));
    EXPECT_EQ(errno, EIO);
}

TEST(owned_descriptor, closes_nothing_when_it_is_moved_to_itself) {
    owned_descriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    owned_descriptor& same = file;
    file = std::move(same);
    EXPECT_GE(::fcntl(file.get(), F_GETFD), 0);
}

TEST(owned_descriptor, closes_once_however_often_it_is_reset) {
    owned_descriptor file(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    const int number = file.get();
    file.reset();
    // The number is another file's now.
    const owned_descriptor other(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    ASSERT_EQ(other.get(), number);
    file.reset();
    EXPECT_GE(::fcntl(number, F_GETFD), 0);
}

} // namespace
} // namespace hubspool
