// The words of `ledger` on the command line.
#pragma once

#include "cli/commands/command_adder.hpp"

namespace hubspool {

// What the options are read into; lives as long as the parser.
class ledger_usage {
public:
    void add(CLI::App& app, const command_adder& add_command, bool& json);

private:
    ledger_arguments arguments_;
};

} // namespace hubspool
