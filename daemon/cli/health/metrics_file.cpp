#include "cli/health/metrics_file.hpp"

#include "app/metrics/metrics_text.hpp"
#include "app/settle/status_file.hpp"
#include "base/clocks.hpp"
#include "base/status_json.hpp"
#include "cli/health/health_report.hpp"
#include "os/system_failure.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace hubspool {

result<metrics_file> metrics_file::open(const std::string& path) {
    metrics_file made;
    if (path.empty()) return made;
    const bool is_new = ::access(path.c_str(), F_OK) != 0;
    auto file = report_file::open(path, "--metrics-file");
    if (!file) return file.error();
    // Whoever collects it is another user, and a service's umask keeps all to itself.
    if (is_new && ::chmod(path.c_str(), 0644) != 0) return system_failure("chmod", path, errno);
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
