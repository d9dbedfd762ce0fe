// The words of `dead-letters` and `trace` on the command line.
#pragma once

#include "cli/commands/command_adder.hpp"

#include <string>
#include <vector>

namespace hubspool {

// What the options of both are read into; lives as long as the parser.
class letter_usage {
public:
    void add(CLI::App& app, const command_adder& add_command, bool& json);
    // Settles the times. Empty, or what is wrong.
    std::string settle(wall_time now);

private:
    void add_list(CLI::App& dead, const command_adder& add_command, bool& json);
    void add_show(CLI::App& dead, const command_adder& add_command, bool& json);
    void add_export(CLI::App& dead, const command_adder& add_command);
    void add_retry(CLI::App& dead, const command_adder& add_command, bool& json);
    void add_drop(CLI::App& dead, const command_adder& add_command, bool& json);
    void add_hold(CLI::App& dead, const command_adder& add_command, bool& json);
    void add_choice(CLI::App* to);
    void add_trace(CLI::App& app, const command_adder& add_command, bool& json);
    void add_filter(CLI::App* to);
    std::string settle_edits();

    dead_letter_arguments arguments_;
    std::string since_, until_;
    std::vector<std::string> sets_, renames_;
    std::size_t rows_ = 0; // 0: not given
    trace_arguments trace_;
};

} // namespace hubspool
