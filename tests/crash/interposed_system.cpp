// Preloaded into hubspool: a clock that is set, and devices that fail.
//
// HUBSPOOL_TROUBLE names a directory; its files say what goes wrong, looked at in each call:
//   clock   seconds that the wall clock is off, such as -3600
//   boot_clock   the same of the boot clock: negative after a reboot
//   boot_id      read in place of /proc/sys/kernel/random/boot_id
//   no_shm       nothing in /dev/shm can be opened (EACCES)
//   no_noreplace the file system cannot rename without replacing, as NFS (EINVAL)
//   fsync   a part of a path: fsync and fdatasync of such files fail with EIO
//   read    a part of a path and a byte offset: nothing from there on can be read (EIO)
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <ctime>
#include <sstream>
#include <string>
#include <string_view>

namespace {

std::string path_of(const char* name) {
    const char* const directory = std::getenv("HUBSPOOL_TROUBLE");
    return directory == nullptr ? std::string() : std::string(directory) + "/" + name;
}

bool is_troubled(const char* name) {
    const std::string path = path_of(name);
    return !path.empty() && ::syscall(SYS_faccessat, AT_FDCWD, path.c_str(), F_OK) == 0;
}

// Plain system calls: the functions of this name are ours.
std::string trouble(const char* name) {
    const std::string path = path_of(name);
    if (path.empty()) return {};
    const long file = ::syscall(SYS_openat, AT_FDCWD, path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    std::array<char, 4096> text{};
    const long size = ::syscall(SYS_read, file, text.data(), text.size());
    ::syscall(SYS_close, file);
    return size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : std::string();
}

bool is_of(int file, const std::string& part) {
    std::array<char, 4096> path{};
    const std::string link = "/proc/self/fd/" + std::to_string(file);
    const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
    return size > 0 && std::string_view(path.data(), static_cast<std::size_t>(size)).find(part) !=
                           std::string_view::npos;
}

bool sync_fails(int file) {
    std::string part = trouble("fsync");
    while (!part.empty() && part.back() == '\n') part.pop_back();
    if (part.empty() || !is_of(file, part)) return false;
    errno = EIO;
    return true;
}

// How much of a read is before what cannot be read; all of it, where nothing is bad.
std::size_t readable(int file, std::size_t size, off64_t offset) {
    std::istringstream text(trouble("read"));
    std::string part;
    off64_t bad_from = 0;
    if (!(text >> part >> bad_from) || !is_of(file, part)) return size;
    const off64_t good = bad_from > offset ? bad_from - offset : 0;
    return std::min(size, static_cast<std::size_t>(good));
}

} // namespace

extern "C" {

int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = va_arg(rest, mode_t); // what is not there is not used either
    va_end(rest);
    const std::string_view asked = path;
    if (asked.starts_with("/dev/shm") && is_troubled("no_shm")) {
        errno = EACCES;
        return -1;
    }
    if (asked == "/proc/sys/kernel/random/boot_id" && is_troubled("boot_id"))
        return static_cast<int>(
            ::syscall(SYS_openat, AT_FDCWD, path_of("boot_id").c_str(), flags, 0));
    return static_cast<int>(::syscall(SYS_openat, AT_FDCWD, path, flags, mode));
}

int renameat2(int from, const char* name, int to, const char* new_name, unsigned int flags) {
    if (flags != 0 && is_troubled("no_noreplace")) {
        errno = EINVAL;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_renameat2, from, name, to, new_name, flags));
}

int clock_gettime(clockid_t clock, timespec* now) {
    const long code = ::syscall(SYS_clock_gettime, clock, now);
    const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    if (code == 0 && wall) now->tv_sec += std::atol(trouble("clock").c_str());
    if (code == 0 && clock == CLOCK_BOOTTIME)
        now->tv_sec += std::atol(trouble("boot_clock").c_str());
    return static_cast<int>(code);
}

int fsync(int file) {
    return sync_fails(file) ? -1 : static_cast<int>(::syscall(SYS_fsync, file));
}

int fdatasync(int file) {
    return sync_fails(file) ? -1 : static_cast<int>(::syscall(SYS_fdatasync, file));
}

ssize_t pread64(int file, void* to, size_t size, off64_t offset) {
    const std::size_t good = readable(file, size, offset);
    if (good == 0 && size > 0) {
        errno = EIO;
        return -1;
    }
    return ::syscall(SYS_pread64, file, to, good, offset);
}

ssize_t pread(int file, void* to, size_t size, off_t offset) {
    return pread64(file, to, size, offset);
}
}
