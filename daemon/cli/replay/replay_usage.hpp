// The words of `replay` on the command line.
#pragma once

#include "cli/commands/command_adder.hpp"

#include <string>

namespace hubspool {

// What its options are read into; lives as long as the parser.
class replay_usage {
public:
    void add(CLI::App& app, const command_adder& add_command, bool& json);
    // Settles times and lane. Empty, or what is wrong.
    std::string settle(wall_time now);

private:
    void add_jobs(CLI::App& replay, const command_adder& add_command, bool& json);

    replay_arguments arguments_;
    std::string since_, until_, lane_;
    bool dry_run_ = false;
};

} // namespace hubspool
