#include "cli/directory_check.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace hubspool {

namespace {

// From <linux/magic.h> and statfs(2).
struct poor_file_system {
    std::uint32_t type;
    const char* why;
};
constexpr std::array poor_file_systems{
    poor_file_system{0x01021994, "it lies on tmpfs, in memory: a restart of the machine loses it"},
    poor_file_system{0x858458f6, "it lies on ramfs, in memory: a restart of the machine loses it"},
    poor_file_system{0x6969,
                     "it lies on NFS: locks, renames and fsync are not those of a local disk"},
    poor_file_system{0xff534d42,
                     "it lies on CIFS: locks, renames and fsync are not those of a local disk"},
    poor_file_system{0xfe534d42,
                     "it lies on SMB: locks, renames and fsync are not those of a local disk"},
    poor_file_system{0x65735546,
                     "it lies on FUSE: whether fsync and rename keep their promises is unknown"},
    poor_file_system{0x01021997,
                     "it lies on 9p: whether fsync and rename keep their promises is unknown"},
    poor_file_system{0x794c7630,
                     "it lies on overlayfs, in a container's own layer: what is in it goes with "
                     "the container; mount a volume"}};

void check_file_system(const std::string& subject, const std::string& directory,
                       std::vector<finding>& out) {
    struct statfs found{};
    if (::statfs(directory.c_str(), &found) != 0) return;
    const auto type = static_cast<std::uint32_t>(found.f_type);
    for (const poor_file_system& poor : poor_file_systems) {
        if (poor.type == type)
            out.push_back({finding::warning, subject, fmt::format("{}: {}", directory, poor.why)});
    }
}

void say_missing(const std::string& subject, const std::string& key, const std::string& directory,
                 std::vector<finding>& out) {
    const std::size_t slash = directory.find_last_of('/');
    const std::string parent =
        slash == 0 || slash == std::string::npos ? "/" : directory.substr(0, slash);
    if (::faccessat(AT_FDCWD, parent.c_str(), W_OK | X_OK, AT_EACCESS) == 0) {
        out.push_back(
            {finding::warning, subject,
             fmt::format("{} is not there yet; hubspool makes it at its first start", directory)});
    } else {
        out.push_back(
            {finding::error, subject,
             fmt::format("{} ({}) is not there, and cannot be made in {}: {}; make it, owned by "
                         "hubspool's user",
                         directory, key, parent, std::strerror(errno))});
    }
}

} // namespace

bool check_directory(const std::string& subject, const std::string& key,
                     const std::string& directory, std::vector<finding>& out) {
    struct stat found{};
    if (::stat(directory.c_str(), &found) != 0) {
        if (errno == ENOENT) {
            say_missing(subject, key, directory, out);
        } else {
            out.push_back({finding::error, subject,
                           fmt::format("{} ({}): {}", directory, key, std::strerror(errno))});
        }
        return false;
    }
    if (!S_ISDIR(found.st_mode)) {
        out.push_back(
            {finding::error, subject, fmt::format("{} ({}) is no directory", directory, key)});
        return false;
    }
    if (::faccessat(AT_FDCWD, directory.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
        out.push_back({finding::error, subject,
                       fmt::format("{} ({}) cannot be used by uid {}: {}", directory, key,
                                   ::geteuid(), std::strerror(errno))});
        return false;
    }
    check_file_system(subject, directory, out);
    return true;
}

} // namespace hubspool
