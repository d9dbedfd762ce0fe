#include "cli/commands/commands.hpp"
#include "cli/letters/left_out_letters.hpp"
#include "cli/letters/letter_choice.hpp"
#include "cli/letters/letter_selection.hpp"
#include "cli/printing.hpp"
#include "core/books/retry_records.hpp"

namespace hubspool {

int run_dead_letters_export(const command_context& context,
                            const dead_letter_arguments& arguments) {
    if (!arguments.ids.empty() && !arguments.filter.empty())
        return complain(exit_usage, "export takes ids or a filter: one of these");
    auto box = open_letters(context, dead_letter_box::access::look);
    if (!box) return complain(exit_failed, box.error().message);
    const auto found = choose_letters(context, *box, arguments);
    if (!found) return complain(exit_failed, found.error().message);

    left_out_letters left_out;
    auto done = each_letter(*box, found->rows, [&](const kept_dead_letter& kept) {
        const retry_records records = retry_records_of(kept.letter, arguments.edits);
        for (const std::string& line : records.lines) print_text(line + '\n');
        if (records.lines.empty()) left_out.add(kept.letter, records.why_not);
    });
    if (!done) return complain(exit_failed, done.error().message);
    if (found->rows.empty()) return complain(exit_done, "no dead letter is like that");
    left_out.complain_of("exported");
    return left_out.letters() == 0 ? exit_done : exit_dead_letters;
}

} // namespace hubspool
