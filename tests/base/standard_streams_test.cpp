#include "base/standard_streams.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>

namespace hubspool {
namespace {

// In a process of its own; whether all held there.
bool holds_in_a_child(const std::function<bool()>& check) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(check() ? 0 : 1);
    int status = 0;
    return ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool is_null_device(int stream) {
    struct stat of_stream{}, of_null{};
    return ::fstat(stream, &of_stream) == 0 && ::stat("/dev/null", &of_null) == 0 &&
           of_stream.st_rdev == of_null.st_rdev;
}

TEST(standard_streams, that_are_closed_give_their_numbers_to_no_file) {
    for (int closed = STDIN_FILENO; closed <= STDERR_FILENO; ++closed) {
        EXPECT_TRUE(holds_in_a_child([&] {
            ::close(closed);
            keep_standard_streams();
            return is_null_device(closed) && ::open("/dev/null", O_RDONLY) > STDERR_FILENO;
        })) << closed;
    }
    EXPECT_TRUE(holds_in_a_child([] {
        for (int each = STDIN_FILENO; each <= STDERR_FILENO; ++each) ::close(each);
        keep_standard_streams();
        return ::open("/dev/null", O_RDONLY) > STDERR_FILENO;
    }));
}

TEST(standard_streams, that_were_closed_are_of_no_use) {
    EXPECT_TRUE(holds_in_a_child([] {
        ::close(STDIN_FILENO);
        ::close(STDOUT_FILENO);
        keep_standard_streams();
        char byte = 'x';
        const bool reads = ::read(STDIN_FILENO, &byte, 1) >= 0;
        const bool writes = ::write(STDOUT_FILENO, &byte, 1) >= 0;
        return !reads && !writes;
    }));
}

TEST(standard_streams, that_are_open_stay_as_they_are) {
    EXPECT_TRUE(holds_in_a_child([] {
        int ends[2];
        if (::pipe(ends) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0) return false;
        keep_standard_streams();
        char byte = 'x';
        return ::write(STDOUT_FILENO, &byte, 1) == 1 && ::read(ends[0], &byte, 1) == 1;
    }));
}

TEST(standard_streams, that_nobody_reads_fail_and_end_nothing) {
    EXPECT_TRUE(holds_in_a_child([] {
        int ends[2];
        if (::pipe(ends) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0) return false;
        keep_standard_streams();
        ::close(ends[0]);
        return ::write(STDOUT_FILENO, "x", 1) < 0 && errno == EPIPE;
    }));
}

} // namespace
} // namespace hubspool
