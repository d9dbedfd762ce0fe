#include "cli/command_line.hpp"

#include "base/log.hpp"
#include "base/out_of_memory.hpp"
#include "cli/commands.hpp"
#include "cli/printing.hpp"
#include "cli/usage.hpp"
#include "config/settings_yaml.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <cstdio>

namespace hubspool {

namespace {

log::level level_of(log_level from) {
    switch (from) {
    case log_level::debug: return log::level::debug;
    case log_level::info: return log::level::info;
    case log_level::warning: return log::level::warning;
    case log_level::error: return log::level::error;
    }
    return log::level::info;
}

log::format format_of(log_format from) {
    switch (from) {
    case log_format::automatic: return log::automatic_format();
    case log_format::text: return log::format::text;
    case log_format::json: return log::format::json;
    }
    return log::format::text;
}

void configure_log(const std::string& command, const log_settings& from) {
    log::level least = log::level::warning;
    if (command == "run") least = level_of(from.level);
    // On a terminal the progress line tells what the line of each batch would.
    if (command == "drain" && (from.level != log_level::info || ::isatty(STDERR_FILENO) != 1))
        least = level_of(from.level);
    log::configure(least, format_of(from.format));
}

} // namespace

int run_command_line(int argc, char** argv) {
    tell_when_out_of_memory();
    const command_request request = parse_usage(argc, argv);
    if (!request.run) return request.exit_code;

    loaded_settings loaded = load_settings(request.config_path);
    for (const settings_error& error : loaded.errors) fmt::print(stderr, "{}\n", error.message);
    if (!loaded.errors.empty()) return exit_usage;
    configure_log(request.name, loaded.values.log);

    command_context context;
    context.options = std::move(loaded.values);
    context.config_path = request.config_path;
    context.json = request.json;
    const int exit_code = request.run(context);
    // An earlier flush may have failed, and lets the next one succeed.
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (!written && exit_code == exit_done)
        return complain(exit_failed, "standard output cannot be written");
    return exit_code;
}

} // namespace hubspool
