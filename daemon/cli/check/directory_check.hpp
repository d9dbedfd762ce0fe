// Whether a directory is there, is ours to use, and lies on a file system that keeps what it is
// given.
#pragma once

#include "app/finding.hpp"

#include <string>
#include <vector>

namespace hubspool {

// `key` is the setting that names it. False: there is nothing in it to look at.
bool check_directory(const std::string& subject, const std::string& key,
                     const std::string& directory, std::vector<finding>& out);

// Those of `names` that are there are ours to read and write. False: one is not.
bool check_own_files(const std::string& subject, const std::string& directory,
                     const std::vector<std::string>& names, std::vector<finding>& out);

} // namespace hubspool
