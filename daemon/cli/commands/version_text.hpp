// What --version prints.
#pragma once

#include <string>

namespace hubspool {

// Version, commit where it is known, and the libraries that this program was built with.
std::string version_text();

} // namespace hubspool
