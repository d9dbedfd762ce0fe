// The thread that answers at `metrics.listen`. It has a loop of its own, so no client of it holds
// up sending; the others hand it values.
#pragma once

#include "app/metrics/metric_facts.hpp"
#include "app/metrics/metrics_pages.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "control/listening_socket.hpp"
#include "control/page_server.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>
#include <thread>

namespace hubspool {

// Any thread, but for open() and stop(), which are one thread's.
class metrics_thread {
public:
    // Listens and answers from here on: that it starts. Null: `metrics.listen` is empty.
    static result<std::unique_ptr<metrics_thread>> open(const metrics_settings& options,
                                                        queue_survey_maker survey);
    ~metrics_thread() { stop(); }

    void settled_before(const totals& known);
    void tell(const daemon_status& now);
    // Has a thread watched; what it is asked through must work until stop().
    void watch(std::string name, thread_asker ask);
    void stopping();
    // Ends it. What others still hold of its questions may be called until it is destroyed.
    void stop();

private:
    metrics_thread(listening_socket listener, const metrics_settings& options,
                   queue_survey_maker survey);

    boost::asio::io_context own_{1};
    metrics_pages pages_;
    page_server server_;
    std::thread thread_;
};

} // namespace hubspool
