#include "cli/commands/commands.hpp"
#include "cli/commands/history.hpp"
#include "cli/letters/letter_choice.hpp"
#include "cli/letters/letter_selection.hpp"
#include "cli/letters/letter_words.hpp"
#include "cli/printing.hpp"

#include <fmt/core.h>

namespace hubspool {

int run_dead_letters_export(const command_context& context,
                            const dead_letter_arguments& arguments) {
    if (!arguments.ids.empty() && !arguments.filter.empty())
        return complain(exit_usage, "export takes ids or a filter: one of these");
    auto box = open_letters(context, dead_letter_box::access::look);
    if (!box) return complain(exit_failed, box.error().message);
    const auto found = choose_letters(context, *box, arguments);
    if (!found) return complain(exit_failed, found.error().message);

    std::uint64_t left_out = 0;
    std::string example;
    // From old to new: of two of one object the newer stays the newer when both are submitted.
    auto done = each_letter(*box, found->rows, [&](const kept_dead_letter& kept) {
        const auto line = input_of(kept.letter);
        if (line) return print_text(*line + '\n');
        if (left_out++ == 0) example = id_of(kept.letter);
    });
    if (!done) return complain(exit_failed, done.error().message);
    if (found->rows.empty()) return complain(exit_done, "no dead letter is like that");
    if (left_out == 0) return exit_done;
    return complain(exit_dead_letters,
                    fmt::format("{} not exported, since {} no JSON object: `hubspool dead-letters "
                                "show {}` tells where it came from",
                                counted(left_out, "dead letter") + (left_out == 1 ? " is" : " are"),
                                left_out == 1 ? "it is" : "they are", example));
}

} // namespace hubspool
