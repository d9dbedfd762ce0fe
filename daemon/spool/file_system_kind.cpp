#include "spool/file_system_kind.hpp"

#include <sys/vfs.h>

#include <algorithm>
#include <array>

namespace hubspool {
namespace {

constexpr const char* in_memory = "in memory: a restart of the machine loses it";
constexpr const char* remote = "whose locks, renames and fsync are not those of a local disk";
constexpr const char* unknown =
    "of which nobody knows whether fsync and rename keep their promises";

// From <linux/magic.h> and statfs(2).
constexpr std::array kinds{
    file_system_kind{0x01021994, "tmpfs", in_memory, false},
    file_system_kind{0x858458f6, "ramfs", in_memory, false},
    file_system_kind{0x6969, "NFS", remote, true},
    file_system_kind{0x517b, "SMB", remote, true},
    file_system_kind{0xff534d42, "CIFS", remote, true},
    file_system_kind{0xfe534d42, "SMB", remote, true},
    file_system_kind{0x5346414f, "AFS", remote, true},
    file_system_kind{0x00c36400, "Ceph", remote, true},
    file_system_kind{0x0bd00bd0, "Lustre", remote, true},
    file_system_kind{0x47504653, "GPFS", remote, true},
    file_system_kind{0x7461636f, "OCFS2", remote, true},
    file_system_kind{0x01161970, "GFS2", remote, true},
    file_system_kind{0x65735546, "FUSE", unknown, true},
    file_system_kind{0x01021997, "9p", unknown, true},
    file_system_kind{0x786f4256, "vboxsf", unknown, true},
    file_system_kind{0x794c7630, "overlayfs",
                     "in a container's own layer: what is in it goes with the container; mount a "
                     "volume",
                     false}};

} // namespace

const file_system_kind* poor_file_system(std::uint32_t type) {
    const auto* const found =
        std::find_if(kinds.begin(), kinds.end(),
                     [&](const file_system_kind& kind) { return kind.type == type; });
    return found == kinds.end() ? nullptr : found;
}

const file_system_kind* poor_file_system_of(const std::string& path) {
    struct statfs found{};
    if (::statfs(path.c_str(), &found) != 0) return nullptr;
    return poor_file_system(static_cast<std::uint32_t>(found.f_type));
}

} // namespace hubspool
