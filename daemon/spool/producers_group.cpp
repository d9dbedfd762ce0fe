#include "spool/producers_group.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <grp.h>
#include <vector>

namespace hubspool {

std::optional<gid_t> producers_group(int root) {
    // An existing front directory says which group its administrator chose.
    for (const char* const name : front_directories) {
        struct stat found{};
        if (::fstatat(root, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(found.st_mode))
            return found.st_gid;
    }
    // getgrnam_r(3): 64 KiB hold a group of some thousand members.
    std::vector<char> room(65536);
    group entry{};
    group* found = nullptr;
    ::getgrnam_r(producers_group_name, &entry, room.data(), room.size(), &found);
    return found != nullptr ? std::optional(found->gr_gid) : std::nullopt;
}

bool give_to_producers(int root, const std::string& name, std::optional<gid_t> group) {
    constexpr auto same_owner = static_cast<uid_t>(-1);
    // Not being allowed is no error: check tells it with the remedy.
    return group && ::fchownat(root, name.c_str(), same_owner, *group, AT_SYMLINK_NOFOLLOW) == 0;
}

} // namespace hubspool
