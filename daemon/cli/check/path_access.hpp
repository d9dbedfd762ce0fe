// What keeps the user that we are from a file: asked of the system, not reckoned from modes.
#pragma once

#include <optional>
#include <string>

namespace hubspool {

// Why the configuration cannot be read, with what to do: a directory above it, or the file itself.
// Nothing: it can.
std::optional<std::string> why_not_readable(const std::string& file);

// The first directory above `path` that must not be searched; empty: none.
std::string unsearchable_above(const std::string& path);

} // namespace hubspool
