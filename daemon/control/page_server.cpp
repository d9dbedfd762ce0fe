#include "control/page_server.hpp"

#include "control/page_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;

namespace {
// Without descriptors or memory it is tried again, and not as fast as it fails.
constexpr milliseconds accept_again_after = std::chrono::seconds(1);
} // namespace

page_server::page_server(asio::io_context& loop, listening_socket listener, page_maker make_page,
                         const page_limits& limits)
    : listener_(std::move(listener)), acceptor_(loop), pause_(loop),
      make_page_(std::move(make_page)), limits_(limits) {
    const protocol of_listener(listener_.family(), 0);
    acceptor_.assign(of_listener, listener_.release());
}

void page_server::start() {
    asio::co_spawn(acceptor_.get_executor(), accept(), asio::detached);
}

asio::awaitable<void> page_server::accept() {
    while (true) {
        protocol::socket socket(acceptor_.get_executor());
        const auto [ec] =
            co_await acceptor_.async_accept(socket, asio::as_tuple(asio::use_awaitable));
        if (ec == asio::error::operation_aborted) co_return;
        if (ec) {
            pause_.expires_after(accept_again_after);
            co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
            continue;
        }
        make_room();
        open_.push_back(std::make_shared<page_connection>(std::move(socket), limits_));
        asio::co_spawn(acceptor_.get_executor(), serve(open_.back()), asio::detached);
    }
}

asio::awaitable<void> page_server::serve(ready_connection with) {
    co_await with->serve(make_page_);
    std::erase(open_, with);
}

void page_server::make_room() {
    if (open_.size() < limits_.connections) return;
    auto oldest = std::find_if(open_.begin(), open_.end(),
                               [](const auto& one) { return one->waits_for_request(); });
    if (oldest == open_.end()) oldest = open_.begin();
    (*oldest)->close();
    open_.erase(oldest);
}

} // namespace hubspool
