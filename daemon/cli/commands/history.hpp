// What the commands that look into the state share.
#pragma once

#include "base/result.hpp"
#include "cli/commands/commands.hpp"
#include "cli/letters/letter_filter.hpp"
#include "state/state_store.hpp"

#include <memory>

namespace hubspool {

// Becomes the state's owner and opens it for reading. ENOENT: hubspool has not run with it yet.
result<std::unique_ptr<state_store>> open_for_reading(const command_context& context);

history_filter filter_of(const history_arguments& arguments);

// Of all files that the state knows, by number.
result<file_names> load_file_names(const command_context& context);

} // namespace hubspool
