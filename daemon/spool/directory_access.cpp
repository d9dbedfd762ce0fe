#include "spool/directory_access.hpp"

#include "os/system_failure.hpp"

#include <fmt/core.h>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace hubspool {
namespace {

// A mtime is whatever its producer sets it to; file systems allow years that nanoseconds do not.
std::int64_t nanoseconds_of(const statx_timestamp& at) {
    constexpr std::int64_t seconds_max = 9'200'000'000;
    return std::clamp<std::int64_t>(at.tv_sec, -seconds_max, seconds_max) * 1'000'000'000 +
           at.tv_nsec;
}

// For file systems that cannot rename without replacing (NFS, 9p, some of FUSE): the new name is
// taken with something empty of our own, which fails where there is anything, and that alone is
// replaced. A crash in between leaves an empty file, which is settled as nothing.
int move_over_own(int from, const std::string& name, int to, const std::string& new_name) {
    file_look look;
    if (const int error = look_at(from, name, look); error != 0) return error;
    const bool is_directory = S_ISDIR(look.mode);
    if (is_directory) {
        if (::mkdirat(to, new_name.c_str(), 0700) != 0) return errno;
    } else {
        const owned_descriptor made(
            ::openat(to, new_name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640));
        if (!made) return errno;
    }
    // What was made is replaced, and nothing that anybody else put there.
    if (::renameat(from, name.c_str(), to, new_name.c_str()) == 0) return 0;
    const int error = errno;
    // The name is given back, since nothing was moved.
    ::unlinkat(to, new_name.c_str(), is_directory ? AT_REMOVEDIR : 0);
    return error;
}

// The unit keeps the service from making anything setgid (RestrictSUIDSGID=).
constexpr std::string_view of_tmpfiles =
    "the service may not make it; sudo systemd-tmpfiles --create does";

struct directory_closer {
    void operator()(DIR* stream) const { ::closedir(stream); }
};

} // namespace

result<owned_descriptor> open_directory(int parent, const std::string& name,
                                        const std::string& shown) {
    const int fd = ::openat(parent, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) {
        const bool is_no_directory = errno == ELOOP || errno == ENOTDIR;
        return system_failure("open the directory", shown, errno,
                              is_no_directory ? must_be_a_directory : std::string_view());
    }
    return owned_descriptor(fd);
}

result<bool> make_directory(int parent, const std::string& name, mode_t mode,
                            const std::string& shown) {
    // Narrow at first: producers get in only with the final mode, after the owner is right.
    if (::mkdirat(parent, name.c_str(), mode & 0700U) != 0) {
        if (errno == EEXIST) {
            return false;
        }
        return system_failure("make the directory", shown, errno);
    }
    auto made = open_directory(parent, name, shown);
    if (!made) {
        return made.error();
    }
    if (::fchmod(made->get(), mode) != 0) {
        const int error = errno;
        // Else the next try would take it for one whose mode somebody chose.
        ::unlinkat(parent, name.c_str(), AT_REMOVEDIR);
        const bool is_forbidden = error == EPERM && (mode & S_ISGID) != 0;
        return system_failure("set the mode of", shown, error,
                              is_forbidden ? of_tmpfiles : std::string_view());
    }
    return true;
}

result<void> each_name(int directory, const std::string& shown,
                       const std::function<bool(const std::string& name)>& visit) {
    // Opened anew: the position of a listing belongs to the open file, not to the descriptor.
    owned_descriptor own(::openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, directory_closer> stream(own ? ::fdopendir(own.get()) : nullptr);
    if (!stream) {
        return system_failure("list", shown, errno);
    }
    own.release();
    while (true) {
        // readdir(3) tells an error from the end by errno alone.
        errno = 0;
        const auto* const entry = ::readdir(stream.get());
        if (entry == nullptr) {
            break;
        }
        const std::string name(static_cast<const char*>(entry->d_name));
        if (name != "." && name != ".." && !visit(name)) {
            return {};
        }
    }
    if (errno != 0) {
        return system_failure("list", shown, errno);
    }
    return {};
}

int move_entry(int from, const std::string& name, int to, const std::string& new_name) {
    if (::renameat2(from, name.c_str(), to, new_name.c_str(), RENAME_NOREPLACE) == 0) return 0;
    // renameat2(2): these mean that the file system or the kernel cannot.
    const bool cannot = errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP;
    return cannot ? move_over_own(from, name, to, new_name) : errno;
}

result<bool> renames_without_replacing(int directory, const std::string& shown) {
    const std::string name = fmt::format(".hubspool-probe-{}", ::getpid());
    const owned_descriptor made(
        ::openat(directory, name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!made) return system_failure("make a file in", shown, errno);
    const std::string renamed = name + "-renamed";
    const bool can =
        ::renameat2(directory, name.c_str(), directory, renamed.c_str(), RENAME_NOREPLACE) == 0;
    // Under whichever name it has now.
    ::unlinkat(directory, (can ? renamed : name).c_str(), 0);
    return can;
}

int look_at(int directory, const std::string& name, file_look& look) {
    struct statx found{};
    // A link is looked at itself, never followed.
    if (::statx(directory, name.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &found) != 0) {
        return errno;
    }
    look.mode = found.stx_mode;
    look.owner = found.stx_uid;
    look.group = found.stx_gid;
    look.links = found.stx_nlink;
    look.inode = found.stx_ino;
    look.size = found.stx_size;
    look.mtime_ns = nanoseconds_of(found.stx_mtime);
    look.ctime_ns = nanoseconds_of(found.stx_ctime);
    look.immutable =
        (found.stx_attributes & std::uint64_t{STATX_ATTR_IMMUTABLE | STATX_ATTR_APPEND}) != 0;
    return 0;
}

} // namespace hubspool
