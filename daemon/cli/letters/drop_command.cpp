#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/letters/letter_choice.hpp"
#include "cli/letters/letter_selection.hpp"
#include "cli/printing.hpp"

#include <fmt/core.h>

#include <unistd.h>

namespace hubspool {

namespace {

void tell(const command_context& context, const letter_counts& counts, bool dry_run,
          const dead_letter_box::dropped& done) {
    if (context.json) {
        json_writer json;
        json.begin_object().key("dropped").value(done.letters).key("dry_run").value(dry_run);
        json.key("chosen").value(counts.letters()).key("records").value(counts.records());
        json.key("categories").begin_object();
        for (const auto& [category, letters] : counts.by_category())
            json.key(category).value(letters);
        json.end_object().key("file");
        done.file.empty() ? json.null() : json.value(done.file);
        json.end_object();
        return print_json(json);
    }
    if (dry_run)
        return print("{} would be dropped: {}\n", counted(counts.letters(), "dead letter"),
                     counts.text());
    if (done.file.empty())
        return print("all of them were dropped meanwhile; nothing was dropped\n");
    print("{} dropped: {}\nthey are in {}\n", counted(done.letters, "dead letter"), counts.text(),
          done.file);
}

} // namespace

int run_dead_letters_drop(const command_context& context, const dead_letter_arguments& arguments) {
    if (const auto wrong = wrong_choice("drop", arguments); !wrong.empty())
        return complain(exit_usage, wrong);
    auto box = open_letters(context, arguments.dry_run ? dead_letter_box::access::look
                                                       : dead_letter_box::access::change);
    if (!box) return complain(exit_failed, box.error().message);
    const auto found = choose_letters(context, *box, arguments, held_letters::spared);
    if (!found) return complain(exit_failed, found.error().message + "; nothing was dropped");

    dead_letter_box::dropped done;
    if (found->rows.empty() && !context.json) {
        print("no dead letter is like that; nothing was dropped\n");
        tell_held(context, found->held);
        return exit_done;
    }
    if (!found->rows.empty() && !arguments.dry_run) {
        if (!arguments.yes && ::isatty(STDIN_FILENO) != 1)
            return complain(exit_usage, "nobody is there to be asked; --yes drops without asking, "
                                        "--dry-run tells what would be dropped");
        if (!arguments.yes &&
            !is_agreed(fmt::format("drop {} ({})?", counted(found->counts.letters(), "dead letter"),
                                   found->counts.text())))
            return complain(exit_failed, "nothing was dropped");
        auto dropped = box->drop(found->rows, wall_now());
        if (!dropped) return complain(exit_failed, dropped.error().message);
        done = std::move(*dropped);
    }
    tell(context, found->counts, arguments.dry_run, done);
    tell_held(context, found->held);
    return exit_done;
}

} // namespace hubspool
