#include "app/metrics/metrics_text.hpp"
#include "base/clocks.hpp"
#include "cli/health/health_report.hpp"
#include "cli/health/health_usage.hpp"
#include "cli/printing.hpp"
#include "cli/queue_files.hpp"
#include "cli/state_owner.hpp"

namespace hubspool {

namespace {

std::string in_form(const std::string& form, const health_report& report,
                    const age_limits& limits) {
    if (form == "json") return health_json(report);
    if (form == "nagios") return health_nagios(report, limits);
    return form == "prometheus" ? metrics_text(report.facts) : health_text(report);
}

// What cannot be read says nothing of the daemon.
int not_known(const std::string& form, const std::string& why) {
    if (form == "nagios") print_text("HUBSPOOL UNKNOWN - " + why + '\n');
    return complain(static_cast<int>(health_level::unknown), why);
}

} // namespace

int run_health(const command_context& context, const health_arguments& arguments) {
    if (auto became = become_state_owner(context.options); !became)
        return not_known(arguments.format, became.error().message);
    const auto report = make_status_report(context.options);
    if (!report) return not_known(arguments.format, report.error().message);
    age_limits limits = arguments.limits;
    if (!limits.critical) limits.critical = context.options.metrics.ready_age_max;
    const waiting_counter waiting = [&](wall_time came) -> std::uint64_t {
        const auto queue = look_into_queue(context.options.queue);
        return queue ? (*queue)->waiting_since(came) : 0;
    };
    const health_report judged = judge_health(*report, limits, waiting, wall_now());
    print_text(in_form(arguments.format, judged, limits));
    return static_cast<int>(judged.level);
}

} // namespace hubspool
