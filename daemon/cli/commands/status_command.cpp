#include "base/clocks.hpp"
#include "cli/commands/commands.hpp"
#include "cli/printing.hpp"
#include "cli/state_owner.hpp"
#include "cli/status/status_report.hpp"
#include "cli/status/status_report_json.hpp"
#include "cli/status/status_report_text.hpp"

namespace hubspool {

namespace {

// For scripts that ask whether somebody must look.
int code_of(const status_report& report) {
    // Nothing runs: whatever else is true, nothing is sent.
    if (!report.daemon) return exit_stopped;
    return report.stuck || !report.books.meta.parks.empty() ? exit_failed : exit_done;
}

} // namespace

int run_status(const command_context& context, bool tells_by_code) {
    // The state can be read by its owner only.
    if (auto became = become_state_owner(context.options); !became)
        return complain(exit_failed, became.error().message);
    const auto report = make_status_report(context.options);
    if (!report) return complain(exit_failed, report.error().message);
    print_text(context.json ? status_report_json(context.options, *report) + '\n'
                            : status_report_text(context.options, *report, wall_now()));
    return tells_by_code ? code_of(*report) : exit_done;
}

} // namespace hubspool
