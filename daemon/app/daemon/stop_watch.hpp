// The signals that ask this run to stop, and `run` to read its configuration again. Loop thread.
#pragma once

#include "app/stop_signals.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>
#include <optional>

namespace hubspool {

class stop_watch {
public:
    // Takes the signals. A hangup is a stop for a drain on a terminal that closes; under nohup it
    // goes on, and `run` is nobody's on a terminal: it hears of each by `on_hangup`, also of those
    // that were noted before.
    stop_watch(boost::asio::io_context& loop, bool is_drain, std::function<void()> on_stop,
               std::function<void()> on_hangup);

    void start();
    void cancel(); // nothing is waited for any more
    // From here on a first signal ends the process at once, and hangups are noted.
    void close();

private:
    boost::asio::awaitable<void> wait_for_stop();
    boost::asio::awaitable<void> hear_hangups();

    boost::asio::io_context& loop_;
    bool is_drain_;
    std::function<void()> on_stop_, on_hangup_;
    std::optional<stop_signals> signals_;
    boost::asio::posix::stream_descriptor stop_asked_;
    boost::asio::signal_set hangups_;
};

} // namespace hubspool
