// What the service manager is told of this run: that it is ready, stops, takes longer, and how it
// is. Nothing when none listens. Loop thread.
#pragma once

#include "core/engine/daemon_status.hpp"
#include "os/service_manager.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <string>

namespace hubspool {

class service_notices {
public:
    // `request_timeout`: for so long a stop may wait for the network.
    service_notices(boost::asio::io_context& loop, milliseconds request_timeout,
                    service_manager manager = service_manager::of_environment());

    // Before the state is loaded, which does not run the loop.
    void loading();
    // From the start of the loop on: asks for more time again and again, until ready().
    void reading();
    // Recovery is through, and the queue is watched.
    void ready();
    void stopping();
    // Its line, when that has changed.
    void tell(const daemon_status& status);

private:
    bool say(const std::string& lines, milliseconds patience);

    service_manager manager_;
    const milliseconds request_timeout_;
    boost::asio::steady_timer more_time_;
    bool owes_ready_ = false; // it is, and was not told yet
    std::string told_;
};

} // namespace hubspool
