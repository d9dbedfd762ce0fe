#include "cli/state_owner.hpp"

#include <fmt/core.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <grp.h>
#include <pwd.h>
#include <vector>

namespace hubspool {

namespace {

failure refused(const std::string& directory, uid_t uid, int code) {
    return {fmt::format("cannot become uid {}, the owner of {}: {}; run it as that user", uid,
                        directory, std::strerror(code)),
            code};
}

// A user without a name has no groups but the directory's.
bool take_groups(uid_t uid, gid_t of_directory) {
    std::vector<char> room(16384);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(uid, &entry, room.data(), room.size(), &found);
    if (found == nullptr) return ::setgroups(0, nullptr) == 0 && ::setgid(of_directory) == 0;
    return ::initgroups(found->pw_name, found->pw_gid) == 0 && ::setgid(found->pw_gid) == 0;
}

} // namespace

result<void> become_state_owner(const settings& options) {
    if (::geteuid() != 0) return {};
    const std::string& directory = options.state.directory;
    struct stat found {};
    if (::stat(directory.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return failure{
            fmt::format("cannot look at state.directory {}: {}", directory, std::strerror(errno)),
            errno};
    }
    if (found.st_uid == 0) return {};
    if (!take_groups(found.st_uid, found.st_gid) || ::setuid(found.st_uid) != 0)
        return refused(directory, found.st_uid, errno);
    return {};
}

} // namespace hubspool
