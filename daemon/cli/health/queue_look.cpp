#include "cli/health/queue_look.hpp"

#include "base/clocks.hpp"

namespace hubspool {

queue_figures queue_figures_of(const status_report& report, wall_time now) {
    queue_figures figures;
    figures.waiting_files = report.waiting.files;
    figures.waiting_bytes = report.waiting.bytes;
    figures.unread_bytes = report.unread.bytes;
    figures.open_files = report.open_files;
    figures.rejected_files = report.rejected;
    figures.free_bytes = report.free_bytes;
    figures.open_letters = report.books.letters.open;
    // While sending stands still nobody knows when it goes on.
    if (report.flows && report.sending_takes) figures.drained_at = now + *report.sending_takes;
    return figures;
}

queue_survey_maker make_queue_survey(const settings& options) {
    return [options]() -> result<queue_figures> {
        const auto report = make_status_report(options);
        if (!report) return report.error();
        return queue_figures_of(*report, wall_now());
    };
}

} // namespace hubspool
