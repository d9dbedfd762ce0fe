// The words of `pause`, `resume`, `flush` and `reload` on the command line.
#pragma once

#include "cli/commands/command_adder.hpp"

namespace hubspool {

void add_steering(CLI::App& app, const command_adder& add_command);

int run_pause(const command_context& context);
int run_resume(const command_context& context);
int run_flush(const command_context& context);
int run_reload(const command_context& context);

} // namespace hubspool
