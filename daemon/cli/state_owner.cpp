#include "cli/state_owner.hpp"

#include "os/owned_descriptor.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
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
    // initgroups(3) gives the groups that a login would.
    if (found == nullptr) return ::setgroups(0, nullptr) == 0 && ::setgid(of_directory) == 0;
    return ::initgroups(found->pw_name, found->pw_gid) == 0 && ::setgid(found->pw_gid) == 0;
}

// By descriptor: what was opened here is what is given away. A parent that is not root's is left to
// its owner.
result<void> make_for(const struct stat& owner, const std::filesystem::path& directory) {
    const owned_descriptor parent(
        ::open(directory.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat of_parent{};
    if (!parent || ::fstat(parent.get(), &of_parent) != 0 || of_parent.st_uid != 0) return {};
    const std::string name = directory.filename();
    if (::mkdirat(parent.get(), name.c_str(), 0700) == 0) {
        const owned_descriptor made(
            ::openat(parent.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
        if (made && ::fchown(made.get(), owner.st_uid, owner.st_gid) == 0) return {};
    }
    return failure{fmt::format("cannot make state.directory {} for uid {}: {}", directory.string(),
                               owner.st_uid, std::strerror(errno)),
                   errno};
}

result<void> become(const struct stat& owner, const std::string& directory) {
    // Root's own state: there is nobody to become.
    if (owner.st_uid == 0) return {};
    if (!take_groups(owner.st_uid, owner.st_gid) || ::setuid(owner.st_uid) != 0)
        return refused(directory, owner.st_uid, errno);
    return {};
}

} // namespace

result<void> become_state_owner(const settings& options, missing_state missing) {
    // Whoever is not root stays who he is.
    if (::geteuid() != 0) return {};
    const std::string& directory = options.state.directory;
    struct stat found{};
    if (::stat(directory.c_str(), &found) == 0) return become(found, directory);
    if (errno != ENOENT)
        return failure{
            fmt::format("cannot look at state.directory {}: {}", directory, std::strerror(errno)),
            errno};
    const std::string& queue = options.queue.directory;
    // Before the first start the queue's owner is the service's user.
    if (::stat(queue.c_str(), &found) != 0 || found.st_uid == 0) return {};
    if (missing == missing_state::made) {
        if (auto made = make_for(found, directory); !made) return made;
    }
    return become(found, queue);
}

result<void> become_service_user(const settings& options) {
    // As above, but a missing state is no reason to make one: this command changes nothing.
    if (::geteuid() != 0) return {};
    for (const std::string& directory : {options.state.directory, options.queue.directory}) {
        struct stat found{};
        if (::stat(directory.c_str(), &found) == 0 && found.st_uid != 0)
            return become(found, directory);
    }
    return {};
}

} // namespace hubspool
