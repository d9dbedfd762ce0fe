#include "support/system_calls.hpp"

#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <ctime>
#include <filesystem>
#include <map>
#include <mutex>
#include <system_error>

namespace hubspool::testing {
namespace {

struct watch {
    std::mutex mutex;
    bool active = false;
    std::string root;
    std::vector<std::string> lines;
    std::map<std::string, int> refused;
};

watch& state() {
    static watch only;
    return only;
}

// Not within `state`: the clock is read before main(), and by the lock itself.
std::atomic<std::int64_t> wall_ns{0};
std::atomic<std::int64_t> passed_ns{0};
std::atomic<bool> fsync_is_idle{false};
std::atomic<long> file_system{0};

std::string path_of(int descriptor) {
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), ignored);
}

std::string relative(const std::string& path, const std::string& root) {
    return path.starts_with(root + "/") ? path.substr(root.size() + 1) : path;
}

// The error the call is to fail with, or 0.
int note(const std::string& call, const std::string& path, const std::string& to = {}) {
    auto& at = state();
    const std::lock_guard guard(at.mutex);
    if (!at.active) {
        return 0;
    }
    auto line = call + " " + relative(path, at.root);
    if (!to.empty()) {
        line += " -> " + relative(to, at.root);
    }
    at.lines.push_back(line);
    for (const auto& [start, error] : at.refused) {
        if (error != 0 && line.starts_with(start)) {
            return error;
        }
    }
    return 0;
}

int fail_with(int error) {
    errno = error;
    return -1;
}

} // namespace

system_calls::system_calls(const std::string& root) {
    auto& at = state();
    const std::lock_guard guard(at.mutex);
    at.active = true;
    at.root = root;
    at.lines.clear();
    at.refused.clear();
}

system_calls::~system_calls() {
    auto& at = state();
    const std::lock_guard guard(at.mutex);
    at.active = false;
    wall_ns = 0;
    passed_ns = 0;
    fsync_is_idle = false;
    file_system = 0;
}

std::vector<std::string> system_calls::seen() const {
    auto& at = state();
    const std::lock_guard guard(at.mutex);
    return at.lines;
}

void system_calls::forget() {
    auto& at = state();
    const std::lock_guard guard(at.mutex);
    at.lines.clear();
}

void system_calls::refuse(const std::string& call, int error) {
    auto& at = state();
    const std::lock_guard guard(at.mutex);
    at.refused[call] = error;
}

bool system_calls::saw(const std::string& first, const std::string& then) const {
    const auto lines = seen();
    const auto starts_with = [](const std::string& start) {
        return [&start](const std::string& line) { return line.starts_with(start); };
    };
    const auto found = std::find_if(lines.begin(), lines.end(), starts_with(first));
    return found != lines.end() && std::any_of(found + 1, lines.end(), starts_with(then));
}

void system_calls::without_fsync() {
    fsync_is_idle = true;
}
void system_calls::set_file_system(long type) {
    file_system = type;
}
void system_calls::set_wall_clock_by(std::chrono::nanoseconds step) {
    wall_ns += step.count();
}
void system_calls::advance(std::chrono::nanoseconds by) {
    passed_ns += by.count();
}

} // namespace hubspool::testing

using namespace hubspool::testing;

extern "C" {

int fsync(int descriptor) {
    if (fsync_is_idle) {
        return 0;
    }
    if (const int error = note("fsync", path_of(descriptor)); error != 0) {
        return fail_with(error);
    }
    return static_cast<int>(::syscall(SYS_fsync, descriptor));
}

int fdatasync(int descriptor) {
    if (const int error = note("fdatasync", path_of(descriptor)); error != 0) {
        return fail_with(error);
    }
    return static_cast<int>(::syscall(SYS_fdatasync, descriptor));
}

int syncfs(int descriptor) noexcept {
    if (const int error = note("syncfs", path_of(descriptor)); error != 0) {
        return fail_with(error);
    }
    return static_cast<int>(::syscall(SYS_syncfs, descriptor));
}

int renameat2(int from, const char* name, int to, const char* new_name,
              unsigned int flags) noexcept {
    if (const int error = note("rename", path_of(from) + "/" + name, path_of(to) + "/" + new_name);
        error != 0) {
        return fail_with(error);
    }
    return static_cast<int>(::syscall(SYS_renameat2, from, name, to, new_name, flags));
}

int statfs(const char* path, struct statfs* found) noexcept {
    const auto answer = static_cast<int>(::syscall(SYS_statfs, path, found));
    if (answer == 0 && file_system != 0) {
        found->f_type = file_system;
    }
    return answer;
}

int mkdirat(int directory, const char* name, mode_t mode) noexcept {
    if (const int error = note("mkdir", path_of(directory) + "/" + name); error != 0) {
        return fail_with(error);
    }
    return static_cast<int>(::syscall(SYS_mkdirat, directory, name, mode));
}

int fchmod(int descriptor, mode_t mode) noexcept {
    if (const int error = note("chmod", path_of(descriptor)); error != 0) {
        return fail_with(error);
    }
    return static_cast<int>(::syscall(SYS_fchmod, descriptor, mode));
}

int clock_gettime(clockid_t clock, timespec* now) noexcept {
    const auto answer = static_cast<int>(::syscall(SYS_clock_gettime, clock, now));
    const bool wall = clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE;
    const std::int64_t shift = passed_ns + (wall ? wall_ns.load() : 0);
    if (answer == 0 && shift != 0 && (wall || clock == CLOCK_BOOTTIME)) {
        const std::int64_t ns = std::int64_t{now->tv_sec} * 1'000'000'000 + now->tv_nsec + shift;
        now->tv_sec = ns / 1'000'000'000;
        now->tv_nsec = ns % 1'000'000'000;
    }
    return answer;
}
}
