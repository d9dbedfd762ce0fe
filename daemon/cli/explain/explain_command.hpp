// `hubspool explain`: what a word means that hubspool gave as a reason, and what to do.
#pragma once

#include "cli/commands/commands.hpp"

#include <string>

namespace hubspool {

// Needs no configuration. Empty: all codes, a line each.
int run_explain(const command_context& context, const std::string& code);

} // namespace hubspool
