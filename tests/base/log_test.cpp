#include "base/journal_socket.hpp"
#include "base/log.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

namespace hubspool {
namespace {

// Standard error goes to a file while it lives; the log is as at the start of the process
// afterwards.
class captured_stderr {
public:
    captured_stderr() : path_(dir_.file("stderr")), before_(::dup(STDERR_FILENO)) {
        const int file = ::open(path_.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
        if (before_ < 0 || file < 0 || ::dup2(file, STDERR_FILENO) < 0)
            throw std::runtime_error("cannot redirect standard error");
        ::close(file);
    }
    ~captured_stderr() {
        (void)log::flush();
        ::dup2(before_, STDERR_FILENO);
        ::close(before_);
        ::unsetenv("JOURNAL_STREAM");
        log::configure(log::level::info, log::format::text);
    }
    captured_stderr(const captured_stderr&) = delete;
    captured_stderr& operator=(const captured_stderr&) = delete;

    // As systemd does it for a service.
    void make_it_the_journal() const {
        struct stat now{};
        ::fstat(STDERR_FILENO, &now);
        const std::string stream = std::to_string(now.st_dev) + ":" + std::to_string(now.st_ino);
        ::setenv("JOURNAL_STREAM", stream.c_str(), 1);
    }

    std::vector<std::string> lines() const {
        (void)log::flush();
        std::ifstream file(path_);
        std::vector<std::string> found;
        for (std::string line; std::getline(file, line);) found.push_back(line);
        return found;
    }

private:
    temp_dir dir_;
    std::string path_;
    int before_;
};

TEST(log, without_configuration_info_goes_out_as_text) {
    const captured_stderr captured;
    log::debug("not shown");
    log::info("hello", {{"count", 3}});
    const auto lines = captured.lines();
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].substr(10, 1) + lines[0].substr(23), "TZ info  hello count=3");
}

TEST(log, lines_below_the_level_are_left_out) {
    const captured_stderr captured;
    log::configure(log::level::warning, log::format::json);
    log::debug("a");
    log::info("b");
    log::warning("c");
    log::error("d");
    const auto lines = captured.lines();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find(R"("level":"warning","message":"c")"), std::string::npos) << lines[0];
    EXPECT_NE(lines[1].find(R"("level":"error","message":"d")"), std::string::npos) << lines[1];
}

TEST(log, to_the_journal_text_carries_its_priority) {
    const captured_stderr captured;
    captured.make_it_the_journal();
    EXPECT_EQ(log::automatic_format(), log::format::text);
    log::configure(log::level::info, log::format::text);
    log::error("trouble", {{"file", "a b"}});
    EXPECT_EQ(captured.lines(), std::vector<std::string>{"<3>trouble file=\"a b\""});
}

TEST(log, where_journald_cannot_be_had_its_records_are_lines) {
    if (std::filesystem::exists(journald_path)) GTEST_SKIP() << "journald runs here";
    const captured_stderr captured;
    log::configure(log::level::info, log::format::journald);
    log::error("trouble", {{"file", "a b"}});
    log::info("m");
    EXPECT_EQ(captured.lines(), (std::vector<std::string>{"<3>trouble file=\"a b\"", "<6>m"}));
}

TEST(log, to_the_journal_json_stays_json) {
    const captured_stderr captured;
    captured.make_it_the_journal();
    log::configure(log::level::info, log::format::json);
    log::info("m");
    ASSERT_EQ(captured.lines().size(), 1U);
    EXPECT_EQ(captured.lines()[0].front(), '{');
}

// $JOURNAL_STREAM is inherited: it counts only when standard error is still that stream.
TEST(log, redirected_away_from_the_journal_it_is_a_file_like_any_other) {
    const captured_stderr captured;
    ::setenv("JOURNAL_STREAM", "1:1", 1);
    EXPECT_EQ(log::automatic_format(), log::format::json);
    log::configure(log::level::info, log::format::text);
    log::info("m");
    ASSERT_EQ(captured.lines().size(), 1U);
    EXPECT_NE(captured.lines()[0].front(), '<');
}

TEST(log, braces_and_percent_signs_are_no_formats) {
    const captured_stderr captured;
    log::info("{} {0} %v %s", {{"key", "{}%n"}});
    ASSERT_EQ(captured.lines().size(), 1U);
    EXPECT_TRUE(captured.lines()[0].ends_with("{} {0} %v %s key={}%n")) << captured.lines()[0];
}

TEST(log, lines_of_several_threads_stay_whole) {
    constexpr int threads = 4, lines_each = 500;
    const captured_stderr captured;
    {
        std::vector<std::jthread> writers;
        for (int t = 0; t < threads; ++t)
            writers.emplace_back([t] {
                for (int i = 0; i < lines_each; ++i)
                    log::info("line", {{"thread", t}, {"text", std::string(200, 'x')}});
            });
    }
    const auto lines = captured.lines();
    EXPECT_EQ(lines.size(), static_cast<std::size_t>(threads * lines_each));
    for (const auto& line : lines) EXPECT_TRUE(line.ends_with(std::string(200, 'x'))) << line;
}

} // namespace
} // namespace hubspool
