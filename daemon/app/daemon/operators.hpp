// Those who say what a run is to do beside its work: signals, the configuration file, and whoever
// asks at the control socket. Loop thread.
#pragma once

#include "app/control/control_thread.hpp"
#include "app/daemon/reloading.hpp"
#include "app/daemon/stop_watch.hpp"
#include "config/settings.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace hubspool {

struct operators_events {
    std::function<void()> stop;  // in order
    std::function<void()> wrote; // what they ask for has changed in the state
    std::function<void()> flush; // what stood in the way may have gone
};

class operators {
public:
    // Takes the signals.
    operators(boost::asio::io_context& loop, const settings& options, bool is_drain,
              configuration_source configuration, operators_events events,
              reloading_events of_reloading);

    // From here on they are heard.
    void start();
    void tell(const std::string& status_json); // for who asks
    // The run ends, and another is to begin with a new configuration.
    bool renews() const { return reloading_.renews(); }
    void cancel() { stop_.cancel(); } // nothing is waited for any more
    // From here on a first signal ends the process at once. Gives that with which another run is to
    // begin; nothing: none is.
    std::optional<settings> end();
    // What others still hold of questions may be called until it is destroyed.
    void close();

private:
    control_links make_links();

    boost::asio::io_context& loop_;
    const settings& options_;
    operators_events events_;
    std::unique_ptr<control_thread> control_; // null: off
    stop_watch stop_;
    reloading reloading_;
};

} // namespace hubspool
