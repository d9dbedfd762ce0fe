#include "os/interrupted_calls.hpp"

#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace hubspool::testing {
namespace {

struct interruption {
    int fd = -1; // -1: none
    int signals = 0;
    std::size_t bytes_most = 0;
    std::size_t moved = 0;
    std::size_t fails_after = 0;
    int error = 0;
    int interrupted = 0;
};

interruption& current() {
    static interruption only;
    return only;
}

// The bytes that the call may move; -1: it fails, and errno says how.
ssize_t allowed(int fd, std::size_t bytes) {
    interruption& at = current();
    if (fd != at.fd) return static_cast<ssize_t>(bytes);
    if (at.signals > 0) {
        --at.signals;
        ++at.interrupted;
        errno = EINTR;
        return -1;
    }
    if (at.error != 0 && at.moved >= at.fails_after) {
        errno = at.error;
        return -1;
    }
    return static_cast<ssize_t>(std::min(bytes, at.bytes_most));
}

ssize_t noted(int fd, ssize_t moved) {
    interruption& at = current();
    if (fd == at.fd && moved > 0) {
        at.moved += static_cast<std::size_t>(moved);
        at.signals = 1;
    }
    return moved;
}

} // namespace

interrupted_calls::interrupted_calls(int fd, int signals, std::size_t bytes_most) {
    current() = {fd, signals, bytes_most, 0, 0, 0, 0};
}

interrupted_calls::~interrupted_calls() {
    current() = {};
}

void interrupted_calls::fail_after(std::size_t bytes, int error) {
    current().fails_after = bytes;
    current().error = error;
}

int interrupted_calls::interrupted() const {
    return current().interrupted;
}

} // namespace hubspool::testing

using namespace hubspool::testing;

extern "C" {

ssize_t read(int fd, void* into, std::size_t bytes) {
    const ssize_t most = allowed(fd, bytes);
    return most < 0 ? -1 : noted(fd, ::syscall(SYS_read, fd, into, most));
}

ssize_t write(int fd, const void* from, std::size_t bytes) {
    const ssize_t most = allowed(fd, bytes);
    return most < 0 ? -1 : noted(fd, ::syscall(SYS_write, fd, from, most));
}

ssize_t pread(int fd, void* into, std::size_t bytes, off_t at) {
    const ssize_t most = allowed(fd, bytes);
    return most < 0 ? -1 : noted(fd, ::syscall(SYS_pread64, fd, into, most, at));
}

ssize_t pwrite(int fd, const void* from, std::size_t bytes, off_t at) {
    const ssize_t most = allowed(fd, bytes);
    return most < 0 ? -1 : noted(fd, ::syscall(SYS_pwrite64, fd, from, most, at));
}
}
