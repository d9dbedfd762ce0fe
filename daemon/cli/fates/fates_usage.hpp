// The words of `fates` on the command line.
#pragma once

#include "cli/commands/command_adder.hpp"
#include "cli/fates/fate_line.hpp"
#include "core/words/time.hpp"

#include <optional>
#include <string>

namespace hubspool {

struct fates_arguments {
    std::optional<wall_time> since;
    std::optional<fate_cursor> after;
    bool follow = false;
    bool as_csv = false;
};

// What the options are read into; lives as long as the parser.
class fates_usage {
public:
    void add(CLI::App& app, const command_adder& add_command);
    // Empty, or what is wrong.
    std::string settle(wall_time now);

private:
    fates_arguments arguments_;
    std::string since_, after_, format_ = "ndjson";
};

int run_fates(const command_context& context, const fates_arguments& arguments);

} // namespace hubspool
