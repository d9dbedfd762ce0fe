#include "cli/commands/commands.hpp"
#include "cli/printing.hpp"
#include "cli/terminal.hpp"
#include "cli/trace/trace_gathering.hpp"
#include "cli/trace/trace_text.hpp"
#include "core/records/object_id.hpp"
#include "state/ledger/ledger_survey.hpp"

#include <fmt/core.h>

#include <signal.h>
#include <unistd.h>

#include <csignal>

namespace hubspool {

namespace {

volatile std::sig_atomic_t interrupted = 0;

// The first Ctrl-C ends the search and prints what there is; a second one ends the process.
void catch_interrupts() {
    struct sigaction once{};
    once.sa_handler = [](int) { interrupted = 1; };
    once.sa_flags = SA_RESETHAND | SA_RESTART;
    ::sigaction(SIGINT, &once, nullptr);
}

// What the ledger says of it, or of the one field. A ledger that cannot be read says nothing.
std::vector<ledger_field> acknowledged_of(const command_context& context,
                                          const trace_arguments& wanted) {
    auto view = view_ledger(context.options.state.directory, wanted.object_id);
    if (!view) return {};
    std::erase_if(view->entry.fields, [&](const ledger_field& f) {
        return f.acknowledged == order_key{} ||
               (!wanted.field.empty() && f.field.name != wanted.field);
    });
    return std::move(view->entry.fields);
}

} // namespace

int run_trace(const command_context& context, const trace_arguments& arguments) {
    trace_arguments wanted = arguments;
    wanted.object_id = canonical_object_id(arguments.object_id);
    if (wanted.object_id.empty()) return complain(exit_usage, "--object: which? It is empty");
    catch_interrupts();
    auto gathering = trace_gathering::open(context, [] { return interrupted != 0; });
    if (!gathering) return complain(exit_failed, gathering.error().message);
    auto trace = gathering->gather(wanted);
    if (!trace) return complain(exit_failed, trace.error().message);
    if (!trace->empty()) trace->known = acknowledged_of(context, wanted);
    if (context.json) {
        print_text(trace_json_lines(*trace));
    } else if (!trace->empty() || trace->interrupted) {
        print_text(trace_text(*trace, terminal_width(STDOUT_FILENO)));
    }
    if (trace->interrupted) return exit_stopped;
    if (!trace->empty()) return exit_done;
    const std::uint64_t may_hold = trace->unsearched_in_cur() + trace->unclaimed_files;
    return complain(
        exit_failed,
        fmt::format("nothing is known of object {}{}: no batch of the history settled it, no file "
                    "in cur/ and no dead letter names it{}",
                    one_line(wanted.object_id, 200),
                    arguments.since ? " since " + shown_time(*arguments.since) : "",
                    may_hold > 0
                        ? fmt::format("; {} not searched may hold it", counted(may_hold, "file"))
                        : ""));
}

} // namespace hubspool
