// The pages of `metrics.listen`: /metrics, /healthz and /readyz. Metrics thread.
#pragma once

#include "app/metrics/metric_facts.hpp"
#include "app/metrics/paced_survey.hpp"
#include "app/metrics/thread_pulse.hpp"
#include "config/settings.hpp"
#include "control/page.hpp"
#include "core/engine/daemon_status.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <list>
#include <optional>
#include <string>

namespace hubspool {

class metrics_pages {
public:
    // A thread that is asked and says nothing for so long is stuck: as long as `status` gives a
    // daemon, since a commit on a slow disk takes its time.
    static constexpr milliseconds stuck_after = std::chrono::seconds(30);
    static constexpr milliseconds survey_pause = std::chrono::seconds(5); // at least

    metrics_pages(boost::asio::io_context& own, const metrics_settings& options,
                  queue_survey_maker survey)
        : own_(own), options_(options),
          survey_(std::move(survey), survey_pause, "the metrics leave out the queue's figures") {}

    // What the runs before have settled.
    void settled_before(const totals& known) { before_ = known; }
    void tell(daemon_status now) { told_ = std::move(now); }
    void watch(std::string name, thread_asker ask);
    void stopping() { stopping_ = true; }

    boost::asio::awaitable<page> make(page_request asked);

private:
    page metrics();
    page ready() const;
    boost::asio::awaitable<page> health();

    boost::asio::io_context& own_;
    const metrics_settings options_;
    paced_survey survey_;
    std::optional<totals> before_;
    std::optional<daemon_status> told_; // nothing: it starts
    bool stopping_ = false;
    std::list<thread_pulse> pulses_;
};

} // namespace hubspool
