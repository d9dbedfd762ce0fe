#include "base/clocks.hpp"
#include "os/child_process.hpp"
#include "os/owned_descriptor.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>

#include <csignal>
#include <fstream>
#include <iterator>

namespace hubspool {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class child_process_test : public ::testing::Test {
protected:
    std::string script(const std::string& text) const {
        const std::string path = dir_.file("script");
        std::ofstream(path) << "#!/bin/sh\n" << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path;
    }
    std::string written() const {
        std::ifstream file(dir_.file("out"));
        return {std::istreambuf_iterator<char>(file), {}};
    }
    std::string out() const { return "> " + dir_.file("out"); }
    static bool keep_on() { return true; }

    temp_dir dir_;
};

} // namespace

TEST_F(child_process_test, reads_its_input_and_its_environment) {
    const std::string input(300'000, 'x'); // more than a pipe takes
    const auto done =
        run_child({script("{ echo \"$KIND\"; wc -c; } " + out()), input, {"KIND=park"}}, keep_on);
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_EQ(written(), "park\n300000\n");
}

TEST_F(child_process_test, gets_no_descriptor_but_its_three) {
    const owned_descriptor leaks(::dup(STDERR_FILENO)); // without O_CLOEXEC
    const auto done =
        run_child({script("for n in 0 1 2 3 4 5 6 7 8; do [ -e /proc/$$/fd/$n ] && echo $n; done " +
                          out() + "; true"),
                   "",
                   {}},
                  keep_on);
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_EQ(written(), "0\n1\n2\n");
}

TEST_F(child_process_test, input_that_is_not_read_holds_nobody_up) {
    EXPECT_TRUE(run_child({script("exit 0"), std::string(300'000, 'x'), {}}, keep_on));
}

TEST_F(child_process_test, end_other_than_0_is_a_failure_that_says_which) {
    EXPECT_THAT(run_child({script("exit 3"), "", {}}, keep_on).error().message,
                HasSubstr("ended with 3"));
    EXPECT_THAT(run_child({script("kill -9 $$"), "", {}}, keep_on).error().message,
                HasSubstr("ended by signal 9"));
}

TEST_F(child_process_test, what_cannot_be_started_is_named) {
    EXPECT_THAT(run_child({dir_.file("none"), "", {}}, keep_on).error().message,
                HasSubstr("No such file"));
    const std::string path = script("exit 0");
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    EXPECT_THAT(run_child({path, "", {}}, keep_on).error().message, HasSubstr("Permission denied"));
}

TEST_F(child_process_test, one_that_takes_too_long_is_killed_with_all_that_it_started) {
    const auto ended =
        run_child({script("(sleep 1000; echo late) & sleep 1000"), "", {}, 300ms}, keep_on);
    EXPECT_THAT(ended.error().message, HasSubstr("was killed"));
}

TEST_F(child_process_test, nobody_waits_any_more_when_told_so) {
    const boot_time before = boot_now();
    EXPECT_TRUE(run_child({script("exec sleep 20"), "", {}, 1000s}, [] { return false; }));
    EXPECT_LT(boot_now() - before, 10s);
}

TEST_F(child_process_test, signals_that_we_ignore_are_its_own_again) {
    const auto before = std::signal(SIGHUP, SIG_IGN);
    const auto ended = run_child({script("kill -HUP $$; exit 0"), "", {}}, keep_on);
    std::signal(SIGHUP, before);
    EXPECT_THAT(ended.error().message, HasSubstr("signal 1"));
}

} // namespace hubspool
