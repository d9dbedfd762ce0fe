#include "base/line_writer.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace hubspool {
namespace {

constexpr milliseconds patience{10000}, none{20};
constexpr milliseconds long_enough{500}; // nothing comes any more

std::string dropped_words(std::uint64_t lines, int error) {
    return "dropped " + std::to_string(lines) + (error != 0 ? " by an error" : "") + "\n";
}

// Its reading end is read only when the test says so.
class pipe_ends {
public:
    pipe_ends() {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    }
    ~pipe_ends() { close_reader(); } // the writing end stays open: a thread may still use it
    pipe_ends(const pipe_ends&) = delete;
    pipe_ends& operator=(const pipe_ends&) = delete;

    int writer() const { return ends_[1]; }
    void close_reader() {
        if (ends_[0] >= 0) ::close(ends_[0]);
        ends_[0] = -1;
    }
    // All up to and with `last`; ends, too, when nothing comes for long.
    std::string read_until(const std::string& last, milliseconds at_most = patience) const {
        std::string text;
        std::array<char, 65536> piece{};
        pollfd ready{ends_[0], POLLIN, 0};
        while (!text.ends_with(last) && ::poll(&ready, 1, static_cast<int>(at_most.count())) == 1) {
            const ssize_t size = ::read(ends_[0], piece.data(), piece.size());
            if (size <= 0) break;
            text.append(piece.data(), static_cast<std::size_t>(size));
        }
        return text;
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

TEST(line_writer, of_lines_writes_them_in_order) {
    const pipe_ends ends;
    line_writer writer(ends.writer(), dropped_words);
    std::string expected;
    for (int i = 0; i < 1000; ++i) {
        const std::string line = "line " + std::to_string(i) + "\n";
        writer.write(line);
        expected += line;
    }
    EXPECT_EQ(ends.read_until("line 999\n"), expected);
    EXPECT_TRUE(writer.flush(patience));
}

TEST(line_writer, to_a_pipe_that_nobody_reads_never_waits_and_counts_what_is_missing) {
    const pipe_ends ends;
    line_writer writer(ends.writer(), dropped_words);
    constexpr int lines = 60000;
    const std::string filling(90, 'x');
    for (int i = 0; i < lines; ++i) writer.write(filling + "\n");
    EXPECT_FALSE(writer.flush(none));
    const std::string before = ends.read_until("never", long_enough);
    int known = 0;
    bool counted = false;
    std::istringstream read(before);
    for (std::string line; std::getline(read, line);) {
        counted = line.starts_with("dropped ");
        known += counted ? std::stoi(line.substr(8)) : 1;
    }
    EXPECT_EQ(known, lines);
    EXPECT_TRUE(counted) << "the last ones were dropped";
    writer.write("after\n");
    EXPECT_EQ(ends.read_until("after\n"), "after\n");
    EXPECT_TRUE(writer.flush(patience));
}

TEST(line_writer, that_has_given_up_waits_no_more_until_something_is_read) {
    const pipe_ends ends;
    line_writer writer(ends.writer(), dropped_words);
    for (int i = 0; i < 20; ++i) writer.write(std::string(10000, 'x') + "\n");
    EXPECT_FALSE(writer.flush(none));
    EXPECT_FALSE(writer.flush(std::chrono::hours(1)));
    writer.flush_in_signal_handler();
    writer.write("end\n");
    EXPECT_TRUE(ends.read_until("end\n").ends_with("end\n"));
    EXPECT_TRUE(writer.flush(patience));
}

TEST(line_writer, of_which_the_reader_has_gone_goes_on_without_a_signal) {
    pipe_ends ends;
    line_writer writer(ends.writer(), dropped_words);
    ends.close_reader();
    writer.write("nobody\n");
    EXPECT_TRUE(writer.flush(patience));
    writer.write("still nobody\n");
    EXPECT_TRUE(writer.flush(patience));
}

TEST(line_writer, of_a_full_disk_goes_on) {
    const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
    ASSERT_GE(full, 0);
    line_writer writer(full, dropped_words);
    writer.write("lost\n");
    EXPECT_TRUE(writer.flush(patience));
}

TEST(line_writer, of_a_status_wipes_it_for_each_line_and_writes_it_below) {
    const pipe_ends ends;
    line_writer writer(ends.writer(), dropped_words);
    writer.show("50 %");
    EXPECT_TRUE(writer.flush(patience));
    writer.write("line\n");
    EXPECT_TRUE(writer.flush(patience));
    writer.show("");
    EXPECT_TRUE(writer.flush(patience));
    writer.write("end\n");
    EXPECT_EQ(ends.read_until("end\n"), "50 %\r\033[Kline\n50 %\r\033[Kend\n");
}

TEST(line_writer, that_goes_while_it_stands_still_leaves_its_thread_behind) {
    const pipe_ends ends;
    {
        line_writer writer(ends.writer(), dropped_words);
        for (int i = 0; i < 20; ++i) writer.write(std::string(10000, 'x') + "\n");
    }
    EXPECT_EQ(ends.read_until("never", long_enough).size(), 20U * 10001U);
}

// Records.

TEST(line_writer, of_records_gives_each_to_its_taker_in_order_with_the_lines_between) {
    const pipe_ends ends;
    std::vector<std::string> records;
    line_writer writer(ends.writer(), dropped_words, [&](std::string_view record) {
        records.emplace_back(record);
        return std::string();
    });
    writer.write("\x1f"
                 "a\n");
    writer.write("line\n\x1f"
                 "b\n\x1f"
                 "c\nlast\n");
    EXPECT_EQ(ends.read_until("last\n"), "line\nlast\n");
    EXPECT_TRUE(writer.flush(patience));
    EXPECT_EQ(records, (std::vector<std::string>{"\x1f"
                                                 "a",
                                                 "\x1f"
                                                 "b",
                                                 "\x1f"
                                                 "c"}));
}

TEST(line_writer, of_records_writes_what_its_taker_leaves) {
    const pipe_ends ends;
    line_writer writer(ends.writer(), dropped_words, [](std::string_view record) {
        return "not " + std::string(record.substr(1)) + "\n";
    });
    writer.write("\x1f"
                 "a\nline\n\x1f"
                 "b\n");
    EXPECT_EQ(ends.read_until("b\n"), "not a\nline\nnot b\n");
}

} // namespace
} // namespace hubspool
