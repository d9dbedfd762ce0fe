// The words of `health` on the command line.
#pragma once

#include "app/metrics/health_findings.hpp"
#include "cli/commands/command_adder.hpp"

#include <string>

namespace hubspool {

struct health_arguments {
    std::string format = "text"; // json, prometheus, nagios
    age_limits limits;           // critical: else metrics.ready_age_max
};

// What the options are read into; lives as long as the parser.
class health_usage {
public:
    void add(CLI::App& app, const command_adder& add_command);
    // Empty, or what is wrong.
    std::string settle();

private:
    health_arguments arguments_;
    std::string warning_, critical_;
};

// Exit codes of the plugins of Nagios: 0 well, 1 warning, 2 critical, 3 not known.
int run_health(const command_context& context, const health_arguments& arguments);

} // namespace hubspool
