// What `check` finds: looks at everything that `run` needs, and changes nothing.
#pragma once

#include "app/finding.hpp"
#include "config/settings.hpp"

#include <string_view>
#include <vector>

namespace hubspool {

std::string_view to_string(finding::level level);

std::vector<finding> check_everything(const settings& options);

} // namespace hubspool
