// NAME.reason in rejected/: why the file NAME beside it could not be read.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace hubspool {

// Durable but for its name, which an fsync of the directory makes durable. An older one is
// replaced; after a failure nothing is left.
result<void> write_reason(int directory, const std::string& name, const std::string& reason,
                          const std::string& shown_directory);

// Whether a name in rejected/ is that of a reason.
bool is_reason(std::string_view name);

} // namespace hubspool
