#include "control/page_server.hpp"

#include "base/clocks.hpp"
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
constexpr milliseconds looked_for_every{5}; // whether all is answered
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
    while (acceptor_.is_open()) {
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
        open_.push_back(
            std::make_shared<page_connection>(std::move(socket), limits_, bodies_bytes_));
        asio::co_spawn(acceptor_.get_executor(), serve(open_.back()), asio::detached);
    }
}

void page_server::finish(milliseconds patience, std::function<void()> done) {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    for (const ready_connection& one : open_)
        if (one->waits_for_request()) one->close();
    asio::co_spawn(acceptor_.get_executor(), wait_for_answers(patience, std::move(done)),
                   asio::detached);
}

asio::awaitable<void> page_server::wait_for_answers(milliseconds patience,
                                                    std::function<void()> done) {
    const boot_time until = boot_now() + patience;
    const auto is_answered = [](const ready_connection& one) { return one->is_answered(); };
    while (!std::all_of(open_.begin(), open_.end(), is_answered) && boot_now() < until) {
        pause_.expires_after(looked_for_every);
        co_await pause_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    done();
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
