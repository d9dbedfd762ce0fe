// The words of `verify` on the command line.
#pragma once

#include "cli/commands/command_adder.hpp"
#include "core/words/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hubspool {

struct verify_arguments {
    std::vector<std::string> object_ids;
    std::vector<std::string> files; // settled ones: their objects
    std::optional<wall_time> since; // what was acknowledged from then on
    std::size_t sample = 0;         // so many of what is chosen, else of all; 0: each of it
    std::uint64_t seed = 0;         // of the sample

    bool chooses_any() const {
        return !object_ids.empty() || !files.empty() || since || sample != 0;
    }
    std::size_t requests_max = 1000; // for events
};

// What the options are read into; lives as long as the parser.
class verify_usage {
public:
    void add(CLI::App& app, const command_adder& add_command, bool& json);
    // Empty, or what is wrong.
    std::string settle(wall_time now);

private:
    verify_arguments arguments_;
    std::string since_;
    std::optional<std::uint64_t> seed_;
};

int run_verify(const command_context& context, const verify_arguments& arguments);

} // namespace hubspool
