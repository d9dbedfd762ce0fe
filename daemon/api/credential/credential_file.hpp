// Small files that hold a credential, read whole.
#pragma once

#include "base/result.hpp"

#include <sys/stat.h>

#include <string>

namespace hubspool {

// The content of a regular file of 1 byte to 64 KiB. `setting` is the key that names the file, for
// messages; the content never appears in one.
result<std::string> read_public_file(const std::string& setting, const std::string& file);
// The same, and refused when others may read it (api/credential/secret_access.hpp).
result<std::string> read_secret_file(const std::string& setting, const std::string& file);

// Tells a file that was written or replaced from what it was; empty when it cannot be examined.
std::string file_identity(const std::string& file);
std::string file_identity(const struct stat& status);

} // namespace hubspool
