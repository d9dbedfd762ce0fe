// The words of `report` on the command line.
#pragma once

#include "cli/commands/command_adder.hpp"

#include <string>

namespace hubspool {

// What its options are read into; lives as long as the parser.
class report_usage {
public:
    void add(CLI::App& app, const command_adder& add_command);
    // Settles times and form. Empty, or what is wrong.
    std::string settle(wall_time now);

private:
    report_arguments arguments_;
    std::string since_ = "yesterday", until_, form_ = "text";
};

} // namespace hubspool
