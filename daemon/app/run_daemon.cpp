#include "app/run_daemon.hpp"

#include "app/daemon/daemon.hpp"

#include <utility>

namespace hubspool {

run_result run_daemon(instance& running, const std::optional<drain_options>& drain,
                      const queue_survey_maker& survey, configuration_source configuration) {
    daemon one(running, drain, std::move(configuration));
    if (const result<void> opened = one.open(!drain || drain->tells_each_batch, survey); !opened)
        return {1, opened.error().message, {}, 0, {}, 0};
    return one.run();
}

} // namespace hubspool
