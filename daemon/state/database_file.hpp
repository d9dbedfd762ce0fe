// The file of the state database in its directory: how it is made, opened, and kept from mistakes.
#pragma once

#include "base/result.hpp"
#include "state/database.hpp"

#include <string>
#include <vector>

namespace hubspool {

// Those in this directory that `pause` and `resume` of another process write to.
std::vector<std::string> database_files(const std::string& directory);

// For the daemon: makes what is missing, and brings an older version up to date. A database that is
// damaged is a failure that names the way out; it is never replaced. ENOSPC: the disk is full; may
// be called again.
result<database> open_or_create_database(const std::string& directory);

// Beside a daemon; creates nothing. ENOENT: there is none yet. ESTALE: it is of an older version.
result<database> open_database(const std::string& directory, database::mode how);

} // namespace hubspool
