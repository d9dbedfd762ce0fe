#include "app/daemon/onlookers.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace hubspool {

onlookers::onlookers(boost::asio::io_context& loop, const settings& options)
    : loop_(loop), options_(options), service_(loop, options.api.request_timeout),
      watchdog_(loop, service_manager::of_environment(), watchdog_period_of_environment()) {
}

result<void> onlookers::open(const queue_survey_maker& survey, bool is_drain) {
    // It answers while the state is loaded.
    auto metrics = metrics_thread::open(options_.metrics, survey);
    if (!metrics) return metrics.error();
    metrics_ = std::move(*metrics);
    if (!is_drain) notifier_ = notifier::open(options_, survey);
    service_.loading();
    watchdog_.leave_alone_for(service_notices::loading_max);
    return {};
}

void onlookers::settled_before(const totals& known) {
    if (metrics_) metrics_->settled_before(known);
}

void onlookers::begin(const thread_asker& intake, const thread_asker& state) {
    service_.reading();
    // It runs on the loop: that one moves, or nothing is fed.
    watchdog_.watch("intake", intake);
    watchdog_.watch("state", state);
    watchdog_.start();
    if (!metrics_) return;
    metrics_->watch("intake", intake);
    metrics_->watch("loop", [this](auto answer) { boost::asio::post(loop_, std::move(answer)); });
    metrics_->watch("state", state);
}

void onlookers::tell(const daemon_status& now) {
    service_.tell(now);
    if (metrics_) metrics_->tell(now);
    if (notifier_) notifier_->tell(now);
}

void onlookers::renewing() {
    service_.renewing();
    watchdog_.leave_alone_for(service_notices::loading_max); // the loop ends before the next begins
    if (metrics_) metrics_->stopping();
}

void onlookers::stopping() {
    service_.stopping();
    if (metrics_) metrics_->stopping();
}

void onlookers::close() {
    notifier_.reset();
    // Others may still hold its questions.
    if (metrics_) metrics_->stop();
}

} // namespace hubspool
