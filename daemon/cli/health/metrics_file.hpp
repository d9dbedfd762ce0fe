// The file that the metrics go into at the end of a run, for node_exporter's textfile collector.
#pragma once

#include "base/result.hpp"
#include "cli/report/report_file.hpp"
#include "config/settings.hpp"

#include <optional>
#include <string>

namespace hubspool {

class metrics_file {
public:
    // Before anything is done, as report_file says. An empty path: there is none.
    static result<metrics_file> open(const std::string& path);

    // After the run. Does nothing without a file.
    result<void> write(const settings& options);

private:
    std::optional<report_file> file_;
};

} // namespace hubspool
