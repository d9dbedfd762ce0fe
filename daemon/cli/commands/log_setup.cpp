#include "cli/commands/log_setup.hpp"

#include "base/log.hpp"

#include <unistd.h>

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
    case log_format::journald: return log::format::journald;
    }
    return log::format::text;
}

} // namespace

void configure_log(const std::string& command, const log_settings& from) {
    // Commands print their results; only what goes wrong is logged.
    log::level least = log::level::warning;
    if (command == "run") least = level_of(from.level);
    // On a terminal the progress line tells how it gets on.
    if (command == "drain" && (from.level != log_level::info || ::isatty(STDERR_FILENO) != 1))
        least = level_of(from.level);
    log::configure(least, format_of(from.format));
}

} // namespace hubspool
