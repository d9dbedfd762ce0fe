// What the commands that look into the state share.
#pragma once

#include "base/result.hpp"
#include "cli/commands/commands.hpp"
#include "state/state_store.hpp"

#include <map>
#include <memory>
#include <string>

namespace hubspool {

// Becomes the state's owner and opens it for reading. ENOENT: hubspool has not run with it yet.
result<std::unique_ptr<state_store>> open_for_reading(const command_context& context);

history_filter filter_of(const history_arguments& arguments);

using file_names = std::map<std::uint64_t, std::string>; // by number
result<file_names> load_file_names(history& store);

} // namespace hubspool
