#include "app/daemon/operators.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace hubspool {

namespace asio = boost::asio;

operators::operators(asio::io_context& loop, const settings& options, bool is_drain,
                     configuration_source configuration, operators_events events,
                     reloading_events of_reloading)
    : loop_(loop), options_(options), events_(std::move(events)), stop_(
                                                                      loop, is_drain,
                                                                      [this] {
                                                                          reloading_.end();
                                                                          events_.stop();
                                                                      },
                                                                      [this] { reloading_.ask(); }),
      reloading_(loop, options, std::move(configuration), std::move(of_reloading)) {
}

void operators::start() {
    stop_.start();
    control_ = control_thread::open(options_, make_links());
}

control_links operators::make_links() {
    using answer = std::function<void(bool)>;
    control_links links;
    links.operators_wrote = [this](answer told) {
        asio::post(loop_, [this, told = std::move(told)] {
            events_.wrote();
            told(true);
        });
    };
    links.flush = [this](answer told) {
        asio::post(loop_, [this, told = std::move(told)] {
            events_.flush();
            told(true);
        });
    };
    links.reload = [this](reloading::answer told) {
        asio::post(loop_, [this, told = std::move(told)] { reloading_.ask(told); });
    };
    return links;
}

void operators::tell(const std::string& status_json) {
    if (control_) control_->tell(status_json);
}

std::optional<settings> operators::end() {
    stop_.close(); // nothing is lost by a signal that comes now
    return reloading_.end();
}

void operators::close() {
    if (control_) control_->stop();
}

} // namespace hubspool
