// Who else may read a file that holds a secret, and whether it is used all the same.
#pragma once

#include "base/result.hpp"

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace hubspool {

enum class secret_access : std::uint8_t {
    kept,    // 0640 or stricter: its owner's and its group's
    warned,  // open to others, as whoever made it wanted it: no chmod here mends that
    refused, // open to others, and a chmod mends it; or others may write it
};

// Wider than 0640 is taken with a warning on a read-only file system (as Kubernetes and Docker
// mount secrets), and when nobody may write it (as Podman makes them, 0444).
secret_access weigh_secret_access(mode_t mode, bool read_only_file_system);

// The same of an open file: nothing, a warning, or a refusal with the chmod that mends it.
// What lies in $CREDENTIALS_DIRECTORY, systemd's, is taken as it is. `setting` is the key that
// names `path`, for messages.
result<std::string> judge_secret_access(const std::string& setting, const std::string& path,
                                        int fd);
// The warning of a file by its name; empty when there is none, and when it is refused or missing:
// that, whoever reads it tells.
std::string secret_warning(const std::string& setting, const std::string& path);

} // namespace hubspool
