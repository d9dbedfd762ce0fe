#include "spool/claimed_files.hpp"
#include "spool/directory_access.hpp"
#include "spool/queue_names.hpp"
#include "spool/system_failure.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
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
    if (!S_ISREG(mode)) {
        return refused(
            path, EINVAL,
            fmt::format("it is {} and no file; put files into the queue", kind_of(mode)));
    }
    if (links == 0) {
        return refused(path, ENOENT, "it was deleted while it was opened");
    }
    if (links > 1) {
        return refused(path, EAGAIN,
                       fmt::format("it has {} links, so that it could be changed from outside; "
                                   "queue a copy or rename it in",
                                   links));
    }
    return std::nullopt;
}

} // namespace

result<int> open_claimed_file(const queue_layout& layout, const claimed_file& file) {
    const auto index = layout.subdirectory_of(file.number);
    const auto name = format_claimed_name(file.number, file.lane, file.name);
    const auto path = fmt::format("{}/{}", layout.shown(layout.subdirectory_path(index)), name);
    const auto directory = layout.open_subdirectory(index);
    if (!directory) {
        return directory.error();
    }
    // Looked at before, since opening alone can do something to a device; and again after, since
    // only the open file is sure to be the one that is read.
    file_look look;
    if (const int error = look_at(directory->get(), name, look); error != 0) {
        return system_failure("look at", path, error);
    }
    if (auto refusal = objection(path, look.mode, look.links)) {
        return *refusal;
    }
    owned_descriptor opened(::openat(directory->get(), name.c_str(),
                                     O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    if (!opened && errno == EWOULDBLOCK) {
        return refused(path, EBUSY,
                       "another program holds a lease on it (fcntl F_SETLEASE), and does not let "
                       "go; stop that one");
    }
    struct stat found {};
    if (!opened || ::fstat(opened.get(), &found) != 0) {
        return system_failure("read", path, errno);
    }
    if (auto refusal = objection(path, found.st_mode, found.st_nlink)) {
        return *refusal;
    }
    return opened.release();
}

result<std::optional<queue_directory::claimed_look>> look_at_claimed(const queue_layout& layout,
                                                                     const claimed_file& file) {
    const auto index = layout.subdirectory_of(file.number);
    const auto name = format_claimed_name(file.number, file.lane, file.name);
    const auto directory = layout.open_subdirectory(index);
    file_look look;
    const int error = directory ? look_at(directory->get(), name, look) : directory.error().code;
    if (error == ENOENT) {
        return std::optional<queue_directory::claimed_look>();
    }
    if (error != 0) {
        return system_failure(
            "look at", fmt::format("{}/{}", layout.shown(layout.subdirectory_path(index)), name),
            error);
    }
    return std::optional(queue_directory::claimed_look{look.size, look.mtime_ns, look.ctime_ns});
}

} // namespace hubspool
