#include "app/alarm_clock.hpp"

#include "app/moment_now.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hubspool {

namespace asio = boost::asio;

namespace {

class machine_clock final : public alarm_clock {
public:
    explicit machine_clock(const asio::any_io_executor& loop) : timer_(loop) {}

    moment now() override { return moment_now(); }
    asio::awaitable<void> wait(milliseconds time) override {
        // The sum of now and max() would be in the past.
        if (time == milliseconds::max())
            timer_.expires_at(asio::steady_timer::time_point::max());
        else
            timer_.expires_after(time);
        co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    void ring() override { timer_.cancel(); }

private:
    asio::steady_timer timer_;
};

} // namespace

std::unique_ptr<alarm_clock> make_alarm_clock(const asio::any_io_executor& loop) {
    return std::make_unique<machine_clock>(loop);
}

} // namespace hubspool
