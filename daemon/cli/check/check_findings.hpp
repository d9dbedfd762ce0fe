// What `check` finds: looks at everything that `run` needs, and changes nothing.
#pragma once

#include "app/finding.hpp"
#include "config/settings.hpp"

#include <string_view>
#include <vector>

namespace hubspool {

std::string_view to_string(finding::severity level);

// An error is what hubspool does not start with. `errors_only`: what can only warn may be missing
// where it takes long, as the number of files that wait.
std::vector<finding> check_everything(const settings& options, bool errors_only);

} // namespace hubspool
