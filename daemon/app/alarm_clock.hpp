// The time, and one sleeper who is woken when some of it has passed: what a loop on the loop thread
// goes by. An interface, so that tests drive the time by hand. Loop thread.
#pragma once

#include "core/words/moment.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace hubspool {

class alarm_clock {
public:
    virtual ~alarm_clock() = default;

    virtual moment now() = 0;
    // Ends when `time` has passed (max(): never by itself), or with ring(). One sleeper at a time.
    virtual boost::asio::awaitable<void> wait(milliseconds time) = 0;
    // Wakes the sleeper; when nobody sleeps nothing happens.
    virtual void ring() = 0;
};

// Of the clocks of the machine. Its sleepers end before it goes.
std::unique_ptr<alarm_clock> make_alarm_clock(const boost::asio::any_io_executor& loop);

} // namespace hubspool
