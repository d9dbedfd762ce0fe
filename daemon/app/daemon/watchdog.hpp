// Feeds the service manager's watchdog while all threads move, so that a run that is stuck is
// started anew. Nothing wakes for it where no watchdog is wanted. Loop thread.
#pragma once

#include "app/metrics/thread_pulse.hpp"
#include "os/service_manager.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <optional>
#include <string>
#include <utility>

namespace hubspool {

class watchdog {
public:
    // `period`: within which it wants to be fed; nothing: there is none. A thread may be silent for
    // three quarters of it.
    watchdog(boost::asio::io_context& loop, service_manager manager,
             std::optional<milliseconds> period);

    // Before a start that does not run the loop, and may take so long.
    void leave_alone_for(milliseconds time) const;
    // Before start(). What it is asked through must work as long as the loop runs.
    void watch(std::string name, thread_asker ask);
    void start();

private:
    bool is_wanted() const { return period_ && manager_.listens(); }
    void look();
    void tell_who_is_silent();

    boost::asio::io_context& loop_;
    service_manager manager_;
    const std::optional<milliseconds> period_;
    boost::asio::steady_timer next_look_;
    std::list<thread_pulse> pulses_;
    std::string told_; // who is silent
};

} // namespace hubspool
