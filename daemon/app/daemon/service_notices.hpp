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
    // More time is asked for so often, and so often without moved() in between.
    static constexpr milliseconds asked_every{15'000};
    static constexpr int asked_in_vain_max = 40;
    // The rows and bitmaps of a queue of any size, from a slow disk.
    static constexpr milliseconds loading_max{600'000};

    // `request_timeout`: for so long a stop may wait for the network.
    service_notices(boost::asio::io_context& loop, milliseconds request_timeout,
                    service_manager manager = service_manager::of_environment(),
                    milliseconds look_every = asked_every);

    // Before the state is loaded, which does not run the loop.
    void loading();
    // From the start of the loop on: asks for more time again and again, until ready().
    void reading();
    // Something was read. Without it the start is hung some day, and no more time is asked for.
    void moved() { asked_in_vain_ = 0; }
    // Recovery is through, and the queue is watched.
    void ready();
    // The last that is told.
    void stopping();
    // The configuration is read again; and then it goes on as before, for this reason if any.
    void reloading();
    void goes_on(const std::string& trouble);
    // The last that is told: it stops, to begin anew with another configuration.
    void renewing();
    // Its line, when that has changed.
    void tell(const daemon_status& status);

private:
    enum class stage { starting, ready, stopping };

    void look();
    void stop(std::string_view lines);
    void say(milliseconds patience); // the newest status, and that it is ready if that is owed

    service_manager manager_;
    const milliseconds request_timeout_;
    const milliseconds look_every_;
    boost::asio::steady_timer next_look_;
    stage stage_ = stage::starting;
    int asked_in_vain_ = 0;
    bool owes_ready_ = false; // it is, and that was not taken yet
    std::string status_;      // the newest
    std::string told_;        // and which was taken last
    std::string reload_trouble_;
};

} // namespace hubspool
