#include "base/clocks.hpp"
#include "base/json_writer.hpp"
#include "cli/commands/commands.hpp"
#include "cli/letters/letter_choice.hpp"
#include "cli/letters/letter_selection.hpp"
#include "cli/printing.hpp"

namespace hubspool {

namespace {

int run_holding(const command_context& context, const dead_letter_arguments& arguments,
                std::string_view command, std::optional<wall_time> since) {
    if (const auto wrong = wrong_choice(command, arguments); !wrong.empty())
        return complain(exit_usage, wrong);
    auto box = open_letters(context, dead_letter_box::access::change);
    if (!box) return complain(exit_failed, box.error().message);
    const auto found = choose_letters(context, *box, arguments);
    if (!found) return complain(exit_failed, found.error().message + "; nothing was changed");
    const auto letters = box->hold(found->rows, since);
    if (!letters) return complain(exit_failed, letters.error().message);

    const char* const became = since ? "held" : "released";
    if (context.json) {
        json_writer json;
        json.begin_object().key(became).value(*letters);
        json.key("chosen").value(found->counts.letters()).end_object();
        print_json(json);
    } else if (found->rows.empty()) {
        print("no dead letter is like that; nothing was changed\n");
    } else {
        print("{} {}", counted(*letters, "dead letter"), became);
        if (const auto before = found->rows.size() - *letters; before > 0)
            print("; {} {} so before", before, before == 1 ? "was" : "were");
        print("{}\n",
              since && *letters > 0 ? ": `retry` and `drop` leave them alone until `release`" : "");
    }
    return exit_done;
}

} // namespace

int run_dead_letters_hold(const command_context& context, const dead_letter_arguments& arguments) {
    return run_holding(context, arguments, "hold", wall_now());
}

int run_dead_letters_release(const command_context& context,
                             const dead_letter_arguments& arguments) {
    return run_holding(context, arguments, "release", std::nullopt);
}

} // namespace hubspool
