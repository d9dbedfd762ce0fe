// What can be said on the command line: the words, and what they are for. With
// letter_usage.hpp and ledger_usage.hpp, the only user of CLI11.
#pragma once

#include "cli/commands/commands.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hubspool {

// What was asked for.
struct command_request {
    std::string config_path;
    std::string name; // "status", "dead-letters list"
    bool json = false;
    // Loaded settings in, exit code out. Nothing: all is done (--help, --version), or said (wrong
    // usage).
    std::function<int(const command_context&)> run;
    int exit_code = exit_done; // when there is nothing to run
};

command_request parse_usage(int argc, char** argv);

} // namespace hubspool
