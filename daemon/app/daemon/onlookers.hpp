// Those who are told how a run is: the service manager and its watchdog, metrics, and whoever
// notify names. None of them holds it up. Loop thread.
#pragma once

#include "app/daemon/service_notices.hpp"
#include "app/daemon/watchdog.hpp"
#include "app/metrics/metrics_thread.hpp"
#include "app/notify/notifier.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "core/books/meta.hpp"
#include "core/engine/daemon_status.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>
#include <string>

namespace hubspool {

class onlookers {
public:
    onlookers(boost::asio::io_context& loop, const settings& options);

    // Before the state is loaded, which takes long and does not run the loop. `is_drain`: then
    // nobody but its caller is told of parks, by its exit code.
    result<void> open(const queue_survey_maker& survey, bool is_drain);
    // What the runs before have settled.
    void settled_before(const totals& known);

    // From the start of the loop on. What the threads are asked through must work until close().
    void begin(const thread_asker& intake, const thread_asker& state);
    void moved() { service_.moved(); } // something was read
    void ready() { service_.ready(); } // recovery is through, and the queue is watched
    void tell(const daemon_status& now);
    // The configuration is read again; it goes on as before, for this reason if any; or the run
    // ends, and another begins.
    void reloading() { service_.reloading(); }
    void goes_on(const std::string& trouble) { service_.goes_on(trouble); }
    void renewing();
    void stopping();
    // When all other threads have ended.
    void close();

private:
    boost::asio::io_context& loop_;
    const settings& options_;
    service_notices service_;
    watchdog watchdog_;
    std::unique_ptr<metrics_thread> metrics_; // null: off
    std::unique_ptr<notifier> notifier_;      // null: nobody is to be told
};

} // namespace hubspool
