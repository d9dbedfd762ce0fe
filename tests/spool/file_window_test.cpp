#include "spool/reading/file_window.hpp"
#include "support/random_rounds.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <random>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class file_window_test : public ::testing::Test {
protected:
    void put(const std::string& bytes) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
    }
    void append(const std::string& bytes) {
        std::ofstream(path, std::ios::binary | std::ios::app) << bytes;
    }
    file_window open(std::uint64_t offset = 0, std::size_t bytes_max = 64, std::size_t step = 16,
                     milliseconds quiet = 20ms) {
        return {::open(path.c_str(), O_RDONLY | O_CLOEXEC), offset, bytes_max, step, quiet};
    }
    static std::string all_of(file_window& window) {
        std::string all;
        while (!window.ended()) {
            window.fill();
            all += window.bytes();
            window.drop(window.bytes().size());
        }
        return all;
    }
    // As if its producer had written it in place, a while ago.
    void set_mtime(std::int64_t seconds) {
        const std::array<timespec, 2> times{timespec{seconds, 0}, timespec{seconds, 0}};
        ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times.data(), 0), 0);
    }

    temp_dir directory;
    std::string path = directory.file("input");
};

TEST_F(file_window_test, moves_over_the_file_in_steps_and_ends_without_trouble) {
    put("0123456789abcdefghijklmnopqrstuvwxyz");
    auto window = open();
    window.fill();
    EXPECT_EQ(window.bytes(), "0123456789abcdef");
    EXPECT_FALSE(window.ended());
    window.drop(10);
    window.fill();
    EXPECT_EQ(window.bytes(), "abcdefghijklmnopqrstuv");
    EXPECT_EQ(window.text_offset(), 32U);
    window.drop(22);
    EXPECT_EQ(all_of(window), "wxyz");
    EXPECT_TRUE(window.ended());
    EXPECT_EQ(window.source().trouble(), "");
    EXPECT_EQ(window.text_offset(), 36U);
    EXPECT_EQ(window.source().file().first_size(), 36U);
}

TEST_F(file_window_test, of_an_empty_file_ends_at_once) {
    put("");
    auto window = open();
    window.fill();
    EXPECT_TRUE(window.ended());
    EXPECT_EQ(window.bytes(), "");
    EXPECT_EQ(window.source().trouble(), "");
}

TEST_F(file_window_test, begins_where_it_is_told_to_and_anew_after_a_seek) {
    put("0123456789abcdefghij");
    auto window = open(15);
    EXPECT_EQ(all_of(window), "fghij");
    window.seek(2);
    EXPECT_FALSE(window.ended());
    EXPECT_EQ(all_of(window), "23456789abcdefghij");
}

TEST_F(file_window_test, behind_the_end_of_a_file_that_is_shorter_tells_that_it_shrank) {
    put("0123");
    auto window = open(10);
    window.fill();
    EXPECT_TRUE(window.ended());
    EXPECT_THAT(window.source().trouble(), HasSubstr("it shrank from 10 to 4 bytes"));
    EXPECT_THAT(window.source().trouble(), HasSubstr("its producer wrote it again in place"));
}

TEST_F(file_window_test, file_that_is_cut_under_it_shrank) {
    put(std::string(40, 'x'));
    auto window = open();
    window.fill();
    ASSERT_EQ(::truncate(path.c_str(), 20), 0);
    all_of(window);
    EXPECT_THAT(window.source().trouble(), HasSubstr("it shrank from 40 to 20 bytes"));
}

TEST_F(file_window_test, file_of_the_same_size_with_another_mtime_was_written_again) {
    put(std::string(20, 'x'));
    set_mtime(1'000'000);
    auto window = open();
    window.fill();
    put(std::string(20, 'y'));
    set_mtime(2'000'000);
    all_of(window);
    EXPECT_TRUE(window.ended());
    EXPECT_THAT(window.source().trouble(),
                HasSubstr("it was changed while it was read, without growing"));
}

TEST_F(file_window_test, what_is_appended_before_the_end_is_reached_is_read_and_no_trouble) {
    put(std::string(20, 'x'));
    auto window = open();
    window.fill();
    window.drop(16);
    append("more");
    EXPECT_EQ(all_of(window), "xxxxmore");
    EXPECT_EQ(window.source().trouble(), "");
    EXPECT_EQ(window.source().file().first_size(), 20U);
    EXPECT_EQ(window.text_offset(), 24U);
}

TEST_F(file_window_test, hole_is_jumped_over_and_its_length_told) {
    constexpr std::uint64_t hole = 1U << 20;
    put("");
    ASSERT_EQ(::truncate(path.c_str(), static_cast<off_t>(hole)), 0);
    append("behind");
    auto window = open();
    const std::uint64_t skipped = window.skip_hole();
    if (skipped == 0) GTEST_SKIP() << "this file system has no holes";
    EXPECT_EQ(skipped, hole);
    EXPECT_EQ(window.skip_hole(), 0U) << "there is data here";
    EXPECT_EQ(all_of(window), "behind");
}

TEST_F(file_window_test, hole_up_to_the_end_is_jumped_over_to_the_end) {
    put("x");
    ASSERT_EQ(::truncate(path.c_str(), 1 << 22), 0);
    auto window = open(1 << 21);
    EXPECT_EQ(window.skip_hole(), std::uint64_t{1} << 21);
    window.fill();
    EXPECT_TRUE(window.ended());
    EXPECT_EQ(window.source().trouble(), "");
}

TEST_F(file_window_test, directory_cannot_be_read_and_says_where_and_why) {
    file_window window(::open(directory.path().c_str(), O_RDONLY | O_CLOEXEC), 0, 64, 16, 20ms);
    window.fill();
    EXPECT_TRUE(window.ended());
    EXPECT_THAT(window.source().trouble(), HasSubstr("it cannot be read beyond byte 0"));
    EXPECT_THAT(window.source().trouble(), HasSubstr("the kernel's log"));
}

// Whatever is taken from the front and whenever, nothing is lost, doubled or moved.
TEST_F(file_window_test, any_way_of_taking_its_bytes_gives_the_file) {
    std::mt19937_64 random(20261130);
    for (int round = 0; round < testing::random_rounds(300); ++round) {
        std::string bytes(random() % 500, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        put(bytes);
        const std::size_t step = 1 + random() % 40;
        const std::size_t from = bytes.empty() ? 0 : random() % bytes.size();
        auto window = open(from, step * 3, step);
        std::string read;
        while (!window.ended() || !window.bytes().empty()) {
            // There must be room for a step before more is read.
            if (!window.ended() && window.bytes().size() <= 2 * step) window.fill();
            const std::size_t taken =
                std::min<std::size_t>(window.bytes().size(), 1 + random() % (2 * step));
            read += window.bytes().substr(0, taken);
            window.drop(taken);
        }
        ASSERT_EQ(read, bytes.substr(from)) << "in round " << round;
        ASSERT_EQ(window.source().trouble(), "");
    }
}

} // namespace
} // namespace hubspool
