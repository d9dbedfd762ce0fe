#include "spool/claims/claimed_opening.hpp"

#include "core/words/printable.hpp"
#include "os/system_failure.hpp"
#include "spool/directory_access.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <fstream>
#include <string_view>

namespace hubspool {
namespace {

failure refused(std::string_view path, int code, std::string_view why) {
    return {fmt::format("{}: {}", printable(path), why), code};
}

std::string_view kind_of(mode_t mode) {
    return S_ISLNK(mode)    ? "a symbolic link"
           : S_ISDIR(mode)  ? "a directory"
           : S_ISFIFO(mode) ? "a FIFO"
           : S_ISSOCK(mode) ? "a socket"
                            : "a device";
}

// What there is to say against reading it, if anything.
std::optional<failure> objection(std::string_view path, mode_t mode, std::uint64_t links) {
    // Anything but a regular file could wait for ever, or do something when it is read.
    if (!S_ISREG(mode)) {
        return refused(
            path, EINVAL,
            fmt::format("it is {} and no file; put files into the queue", kind_of(mode)));
    }
    if (links == 0) {
        return refused(path, ENOENT, "it was deleted while it was opened");
    }
    // A second link is a way to change the file from outside; its producer may be about to remove
    // it.
    if (links > 1) {
        return refused(path, EAGAIN,
                       fmt::format("it has {} links, so that it could be changed from outside; "
                                   "queue a copy or rename it in",
                                   links));
    }
    return std::nullopt;
}

} // namespace

result<int> open_claimed_file(claimed_finder& finder, const claimed_file& file) {
    // Looked at before, since opening alone can do something to a device; and again after, since
    // only the open file is sure to be the one that is read.
    const auto found = finder.find(file);
    if (!found) return found.error();
    if (!*found) return system_failure("look at", finder.shown(file), ENOENT);
    const auto refusal_of = [&](mode_t mode, std::uint64_t links) -> std::optional<failure> {
        if (S_ISREG(mode) && links == 1) return std::nullopt;
        return objection(finder.shown(file), mode, links);
    };
    if (auto refusal = refusal_of((*found)->look.mode, (*found)->look.links)) return *refusal;
    // O_NOFOLLOW and O_NONBLOCK: between look and open the name may have become a link or a FIFO.
    owned_descriptor opened(::openat((*found)->directory, (*found)->name.c_str(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    // fcntl(2): a write lease is broken only when its holder lets go.
    if (!opened && errno == EWOULDBLOCK)
        return refused(finder.shown(file), EBUSY,
                       "another program holds a lease on it (fcntl F_SETLEASE), and does not let "
                       "go; stop that one");
    struct stat now{};
    if (!opened || ::fstat(opened.get(), &now) != 0)
        return system_failure("read", finder.shown(file), errno);
    if (auto refusal = refusal_of(now.st_mode, now.st_nlink)) return *refusal;
    return opened.release();
}

milliseconds patience_with_links(std::int64_t ctime_ns, milliseconds quiet_period, wall_time now) {
    const wall_time changed(std::chrono::floor<milliseconds>(std::chrono::nanoseconds(ctime_ns)));
    return std::clamp(changed + quiet_period - now, milliseconds(0), quiet_period);
}

milliseconds lease_break_time() {
    constexpr int kernels_default = 45;
    int seconds = kernels_default;
    if (!(std::ifstream("/proc/sys/fs/lease-break-time") >> seconds)) seconds = kernels_default;
    return std::chrono::seconds(seconds);
}

} // namespace hubspool
