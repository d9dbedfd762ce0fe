// How a command is put on the command line.
#pragma once

#include "cli/commands/commands.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace hubspool {

// Adds a command of that name and purpose to `to`, which runs so.
using command_adder =
    std::function<CLI::App*(CLI::App& to, const std::string& name, const std::string& what,
                            std::function<int(const command_context&)> run)>;

} // namespace hubspool
