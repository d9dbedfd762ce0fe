#include "app/metrics/metrics_thread.hpp"

#include "base/log.hpp"
#include "os/listen_address.hpp"

#include <boost/asio/post.hpp>

#include <utility>
#include <variant>

namespace hubspool {

namespace asio = boost::asio;

result<std::unique_ptr<metrics_thread>> metrics_thread::open(const metrics_settings& options,
                                                             queue_survey_maker survey) {
    if (options.listen.empty()) return std::unique_ptr<metrics_thread>();
    const auto parsed = parse_listen_address(options.listen);
    const auto* const at = std::get_if<listen_address>(&parsed);
    if (at == nullptr) return failure{"metrics.listen " + std::get<std::string>(parsed)};
    auto listener = listening_socket::open(*at, "metrics.listen");
    if (!listener) {
        // Who scrapes notices; records must not wait for that.
        log::error(listener.error().message + "; delivery goes on without metrics");
        return std::unique_ptr<metrics_thread>();
    }
    log::info("metrics are told", {{"listen", options.listen}});
    return std::unique_ptr<metrics_thread>(
        new metrics_thread(std::move(*listener), options, std::move(survey)));
}

metrics_thread::metrics_thread(listening_socket listener, const metrics_settings& options,
                               queue_survey_maker survey)
    : pages_(own_, options, std::move(survey)),
      server_(own_, std::move(listener),
              [this](page_request asked) { return pages_.make(std::move(asked)); }) {
    server_.start();
    thread_ = std::thread([this] { own_.run(); });
}

void metrics_thread::settled_before(const totals& known) {
    asio::post(own_, [this, known] { pages_.settled_before(known); });
}

void metrics_thread::tell(const daemon_status& now) {
    asio::post(own_, [this, now] { pages_.tell(now); });
}

void metrics_thread::watch(std::string name, thread_asker ask) {
    asio::post(own_, [this, called = std::move(name), asker = std::move(ask)]() mutable {
        pages_.watch(std::move(called), std::move(asker));
    });
}

void metrics_thread::stopping() {
    asio::post(own_, [this] { pages_.stopping(); });
}

void metrics_thread::stop() {
    own_.stop();
    if (thread_.joinable()) thread_.join();
}

} // namespace hubspool
