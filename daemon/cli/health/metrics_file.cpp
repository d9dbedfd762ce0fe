#include "cli/health/metrics_file.hpp"

#include "app/metrics/metrics_text.hpp"
#include "app/settle/status_file.hpp"
#include "base/clocks.hpp"
#include "base/status_json.hpp"
#include "cli/health/health_report.hpp"

#include <unistd.h>

#include <utility>

namespace hubspool {

result<metrics_file> metrics_file::open(const std::string& path) {
    metrics_file made;
    if (path.empty()) return made;
    auto file = report_file::open(path, "--metrics-file");
    if (!file) return file.error();
    made.file_.emplace(std::move(*file));
    return made;
}

result<void> metrics_file::write(const settings& options) {
    if (!file_) return {};
    const auto report = make_status_report(options);
    if (!report) return report.error();
    // This process works on the queue no more, but what it said last is its own.
    const auto last = parse_status_json(read_status_file(options.state.directory).json);
    const daemon_status* told = report->told();
    if (told == nullptr && last && last->pid == ::getpid()) told = &*last;
    return file_->write(metrics_text(metric_facts_of(*report, told, wall_now())));
}

} // namespace hubspool
