#include "cli/check/directory_check.hpp"

#include "cli/check/path_access.hpp"
#include "spool/file_system_kind.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hubspool {

namespace {

void check_file_system(const std::string& subject, const std::string& directory,
                       std::vector<finding>& out) {
    if (const auto* const kind = poor_file_system_of(directory))
        out.push_back(
            {finding::warning, subject,
             fmt::format("{}: it lies on {}, {}", directory, kind->name, kind->why_poor)});
}

void say_missing(const std::string& subject, const std::string& key, const std::string& directory,
                 std::vector<finding>& out) {
    const std::size_t slash = directory.find_last_of('/');
    // What is missing can be made only where its parent is writable.
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
    // Any other error than a missing one comes from above: often a directory that may not be
    // passed.
    struct stat found{};
    if (::stat(directory.c_str(), &found) != 0) {
        if (errno == ENOENT) {
            say_missing(subject, key, directory, out);
        } else {
            const int code = errno;
            const std::string above = unsearchable_above(directory);
            out.push_back(
                {finding::error, subject,
                 fmt::format("{} ({}): {}{}", directory, key, std::strerror(code),
                             above.empty() ? ""
                                           : fmt::format("; uid {0} must get through {1}: sudo "
                                                         "chmod o+x {1}",
                                                         ::geteuid(), above))});
        }
        return false;
    }
    if (!S_ISDIR(found.st_mode)) {
        out.push_back(
            {finding::error, subject, fmt::format("{} ({}) is no directory", directory, key)});
        return false;
    }
    // The effective rights count: the caller may have become the service's user.
    if (::faccessat(AT_FDCWD, directory.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) != 0) {
        out.push_back({finding::error, subject,
                       fmt::format("{} ({}) cannot be used by uid {}: {}; it is uid {}'s with "
                                   "mode {:04o}. Queue and state must be the service's user's own: "
                                   "sudo chown USER:GROUP {}",
                                   directory, key, ::geteuid(), std::strerror(errno), found.st_uid,
                                   found.st_mode & 07777U, directory)});
        return false;
    }
    check_file_system(subject, directory, out);
    return true;
}

bool check_own_files(const std::string& subject, const std::string& directory,
                     const std::vector<std::string>& names, std::vector<finding>& out) {
    bool fine = true;
    for (const std::string& name : names) {
        // A missing file is made at the start; only one that is there can be in the way.
        const std::string path = fmt::format("{}/{}", directory, name);
        struct stat found{};
        if (::stat(path.c_str(), &found) != 0 ||
            ::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK, AT_EACCESS) == 0)
            continue;
        out.push_back({finding::error, subject,
                       fmt::format("{0} cannot be written by uid {1}: it is uid {2}'s; sudo chown "
                                   "{1} {0}",
                                   path, ::geteuid(), found.st_uid)});
        fine = false;
    }
    return fine;
}

} // namespace hubspool
