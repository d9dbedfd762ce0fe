#include "base/clocks.hpp"
#include "cli/commands/commands.hpp"
#include "cli/printing.hpp"
#include "cli/report/report_forms.hpp"
#include "cli/report/report_gathering.hpp"
#include "cli/state_owner.hpp"

namespace hubspool {

int run_report(const command_context& context, const report_arguments& arguments) {
    // The state can be read by its owner only.
    if (auto became = become_state_owner(context.options); !became)
        return complain(exit_failed, became.error().message);
    const wall_time now = wall_now();
    const auto report =
        gather_report(context.options, {arguments.since, arguments.until.value_or(now)}, now);
    if (!report) return complain(exit_failed, report.error().message);
    print_text(report_in(arguments.form, *report));
    return exit_done;
}

} // namespace hubspool
