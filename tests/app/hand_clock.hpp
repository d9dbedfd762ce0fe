// A clock that stands still until the test lets time pass.
#pragma once

#include "app/alarm_clock.hpp"
#include "base/clocks.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>

namespace hubspool {

class hand_clock final : public alarm_clock {
public:
    explicit hand_clock(const boost::asio::any_io_executor& loop)
        : never_(loop, boost::asio::steady_timer::time_point::max()) {}

    moment now() override { return now_; }
    boost::asio::awaitable<void> wait(milliseconds time) override {
        ++sleeps_;
        until_ = time == milliseconds::max() ? boot_time::max() : now_.boot + time;
        never_.expires_at(boost::asio::steady_timer::time_point::max());
        co_await never_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        until_.reset();
    }
    void ring() override { never_.cancel(); }

    // Whoever has slept for long enough wakes, once the loop has its turn.
    void pass(milliseconds time) {
        now_.boot += time;
        now_.wall += time;
        if (until_ && *until_ <= now_.boot) never_.cancel();
    }
    bool sleeps() const { return until_.has_value(); }
    // How long it still sleeps; max(): until it is rung.
    milliseconds left() const {
        return *until_ == boot_time::max() ? milliseconds::max() : *until_ - now_.boot;
    }
    int times() const { return sleeps_; } // that anybody went to sleep

private:
    boost::asio::steady_timer never_;
    // Ahead of the machine's, for what goes by that.
    moment now_{boot_now() + std::chrono::hours(1), wall_now() + std::chrono::hours(1), 0.5};
    std::optional<boot_time> until_; // while somebody sleeps
    int sleeps_ = 0;
};

} // namespace hubspool
