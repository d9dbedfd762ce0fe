#include "spool/arrivals/arrival_obstacle.hpp"

#include <fmt/core.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace hubspool {

std::string reading_obstacle(int directory, const std::string& name, const file_look& look) {
    if (look.immutable) return "it is immutable or append-only: chattr -i -a it";
    // Only a refusal for lack of rights is an obstacle: anything else shows when the file is
    // opened.
    if (!S_ISREG(look.mode) || ::faccessat(directory, name.c_str(), R_OK, AT_EACCESS) == 0 ||
        (errno != EACCES && errno != EPERM))
        return {};
    // The group may read it, but is another one: another remedy.
    const bool is_of_another_group = (look.mode & S_IRGRP) != 0;
    return fmt::format(
        "hubspool may not read it (mode {:04o}, owner uid {}, gid {}): {}", look.mode & 07777U,
        look.owner, look.group,
        is_of_another_group
            ? "give it to the group of the directory it lies in (chgrp), and let its "
              "producer write it in tmp/, whose group it gets"
            : "chmod g+r it, and let its producer write it with mode 0640, whatever "
              "the umask is");
}

bool is_moving_obstacle(int error) {
    // What a person has to change. All other errors of a rename are failures of the scan.
    return error == EPERM || error == EACCES || error == EBUSY || error == EXDEV;
}

std::string moving_obstacle(int error, const file_look& look) {
    // A mount point cannot be renamed (rename(2), EBUSY, EXDEV).
    if (error == EBUSY || error == EXDEV)
        return "something is mounted on it or it is on another file system: unmount it";
    return fmt::format("hubspool may not move it (a {} of uid {}, mode {:04o}): remove it, or give "
                       "it to hubspool's user (chown)",
                       S_ISDIR(look.mode) ? "directory" : "file", look.owner, look.mode & 07777U);
}

int expected_moving_error(int directory, const file_look& directory_look, const std::string& name,
                          const file_look& look) {
    const uid_t us = ::geteuid();
    const bool is_sticky = (directory_look.mode & S_ISVTX) != 0;
    // inode(7), S_ISVTX: there only the owner of the file or of the directory may rename it.
    if (us != 0 && is_sticky && directory_look.owner != us && look.owner != us) return EPERM;
    // A directory that gets another parent is written to.
    if (S_ISDIR(look.mode) && ::faccessat(directory, name.c_str(), W_OK, AT_EACCESS) != 0)
        return errno;
    return 0;
}

} // namespace hubspool
