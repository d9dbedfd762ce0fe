// The command line of hubspool-simulator.
#pragma once

#include "simulator/behaviour.hpp"

#include <cstdint>
#include <string>

namespace hubspool::simulator {

struct simulator_options {
    std::string address = "127.0.0.1";
    std::uint16_t port = 0; // 0: any that is free
    std::string port_file;
    std::string certificate;
    std::string key;
    std::string path = "/marketing/v3/marketing-events/batch/update";
    std::int64_t window_ms = 10000;
    std::uint64_t seed = 1;
    unsigned threads = 1;
    std::string schema_file; // empty: bodies are not held against it
    std::string report_file;
    bool print_report = false;
    behaviour settings;
};

// Gives the exit code when there is nothing to run: --help, or a mistake, which it prints.
std::optional<int> parse_options(int argc, char** argv, simulator_options& options);

} // namespace hubspool::simulator
