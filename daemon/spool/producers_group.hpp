// The group of the queue's front directories, tmp/ new/ bulk/: who may put files into the queue. It
// is not the service's, whose members may read the credential. Any thread.
#pragma once

#include <sys/types.h>

#include <array>
#include <optional>
#include <string>

namespace hubspool {

inline constexpr const char* producers_group_name = "hubspool-submit";

inline constexpr std::array front_directories{"tmp", "new", "bulk"};

// That of a front directory which is there, else that of the name above. Nothing: the machine has
// no such group.
std::optional<gid_t> producers_group(int root);
// Gives a front directory that was just made to that group. False: this process may not, being
// neither root nor a member, or there is none; it stays in the process's own.
bool give_to_producers(int root, const std::string& name, std::optional<gid_t> group);

} // namespace hubspool
