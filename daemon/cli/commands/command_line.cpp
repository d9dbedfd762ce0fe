#include "cli/commands/command_line.hpp"

#include "base/log.hpp"
#include "base/out_of_memory.hpp"
#include "base/standard_streams.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/log_setup.hpp"
#include "cli/commands/usage.hpp"
#include "cli/printing.hpp"
#include "config/settings_yaml.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hubspool {

namespace {

// What these did is done, whether or not their words were read.
bool acts(const std::string& command) {
    return command == "run" || command == "drain" || command == "submit" || command == "pause" ||
           command == "resume" || command == "flush" || command == "reload" || command == "drop" ||
           command == "retry" || command == "hold" || command == "release" || command == "replay" ||
           command == "cancel" || command == "rebuild";
}

// The exit code, after what was printed and said is out, or given up.
int end_command(int exit_code, bool acted) {
    const int error = flush_printed();
    const bool reader_has_gone = error == EPIPE && !acted; // as that of `| head` does
    if (error != 0 && !reader_has_gone)
        complain(exit_code,
                 fmt::format("standard output cannot be written: {}{}", std::strerror(error),
                             acted ? "; what was done stays done" : ""));
    (void)log::flush();
    // What was done is done: a reader that has gone does not make it a failure.
    return error != 0 && !acted && exit_code == exit_done ? exit_failed : exit_code;
}

} // namespace

int run_command_line(int argc, char** argv) {
    // Before anything is opened: a closed stream's number must not become a file of ours.
    keep_standard_streams();
    tell_when_out_of_memory();
    const command_request request = parse_usage(argc, argv);
    if (!request.run) return end_command(request.exit_code, false);
    // Whoever asks what a word means may not be allowed to read the configuration.
    if (request.name == "explain") return end_command(request.run({{}, {}, request.json}), false);

    loaded_settings loaded = load_settings(request.config_path);
    // All mistakes at once, each with its line.
    for (const settings_error& error : loaded.errors) log::say(error.message + '\n');
    if (!loaded.errors.empty()) return end_command(exit_usage, false);
    configure_log(request.name, loaded.values.log);

    command_context context;
    context.options = std::move(loaded.values);
    context.config_path = request.config_path;
    context.json = request.json;
    return end_command(request.run(context), acts(request.name));
}

} // namespace hubspool
