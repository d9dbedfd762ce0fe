// How a command, and an option with a text, are put on the command line.
#pragma once

#include "cli/commands/commands.hpp"

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

namespace hubspool {

// Adds a command of that name and purpose to `to`, which runs so.
using command_adder =
    std::function<CLI::App*(CLI::App& to, const std::string& name, const std::string& what,
                            std::function<int(const command_context&)> run)>;

// An option, or an argument, that is refused when its value is empty: a script's variable that
// nobody set must not mean more than it names, or something else.
inline CLI::Option* add_text(CLI::App* to, const std::string& name, std::string& text,
                             const std::string& what) {
    const auto refuse_empty = [](std::string& value) -> std::string {
        return value.empty() ? "its value is empty" : "";
    };
    return to->add_option(name, text, what)->check(CLI::Validator(refuse_empty, ""));
}

} // namespace hubspool
