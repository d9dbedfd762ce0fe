#include "app/daemon/stop_watch.hpp"

#include "app/hangups.hpp"
#include "base/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <utility>
#include <vector>

namespace hubspool {

namespace asio = boost::asio;

stop_watch::stop_watch(asio::io_context& loop, bool is_drain, std::function<void()> on_stop,
                       std::function<void()> on_hangup)
    : loop_(loop), is_drain_(is_drain), on_stop_(std::move(on_stop)),
      on_hangup_(std::move(on_hangup)), stop_asked_(loop), hangups_(loop) {
    signals_.emplace(is_drain ? signals_of_a_waiting_command() : std::vector<int>{SIGTERM, SIGINT},
                     is_drain ? 4 : 0);
    stop_asked_.assign(::dup(signals_->descriptor())); // it closes what it holds
    if (!is_drain) hangups_.add(SIGHUP);
}

void stop_watch::start() {
    asio::co_spawn(loop_, wait_for_stop(), asio::detached);
    asio::co_spawn(loop_, hear_hangups(), asio::detached);
    if (!is_drain_ && take_noted_hangup()) on_hangup_();
}

void stop_watch::cancel() {
    stop_asked_.cancel();
    hangups_.cancel();
}

void stop_watch::close() {
    stop_asked_.close();
    hangups_.clear();
    signals_.reset();
    if (!is_drain_) note_hangups();
}

asio::awaitable<void> stop_watch::wait_for_stop() {
    const auto [ec] = co_await stop_asked_.async_wait(asio::posix::descriptor_base::wait_read,
                                                      asio::as_tuple(asio::use_awaitable));
    if (ec) co_return;
    log::info("stopping: no new request, waiting for those under way; a second signal, after a "
              "second or later, exits at once",
              {{"signal", signals_->stopped().value_or(0)}});
    on_stop_();
}

asio::awaitable<void> stop_watch::hear_hangups() {
    while (true) {
        const auto [ec, signal] = co_await hangups_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (ec) co_return;
        on_hangup_();
    }
}

} // namespace hubspool
