// Serves pages over HTTP/1.1 to whoever may connect: one request a connection.
//
// Bounded: when all connections are taken, the one that has waited longest without a whole request
// makes room; headers and bodies have a largest size, requests and answers a deadline. All on the
// thread that runs its loop.
#pragma once

#include "control/listening_socket.hpp"
#include "control/page.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <list>
#include <memory>

namespace hubspool {

class page_connection;

class page_server {
public:
    page_server(boost::asio::io_context& loop, listening_socket listener, page_maker make_page,
                const page_limits& limits = {});

    // Accepts until the loop is stopped, or finish().
    void start();
    // Takes no more; `done` is called when all is answered, or when `patience` has passed.
    void finish(milliseconds patience, std::function<void()> done);

private:
    using protocol = boost::asio::generic::stream_protocol;
    using ready_connection = std::shared_ptr<page_connection>;

    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> wait_for_answers(milliseconds patience,
                                                  std::function<void()> done);
    boost::asio::awaitable<void> serve(ready_connection with);
    void make_room();

    listening_socket listener_; // its file
    boost::asio::basic_socket_acceptor<protocol> acceptor_;
    boost::asio::steady_timer pause_;
    page_maker make_page_;
    const page_limits limits_;
    // Held by connections; with them, which the loop may outlive this with.
    const std::shared_ptr<std::size_t> bodies_bytes_ = std::make_shared<std::size_t>(0);
    std::list<ready_connection> open_; // the oldest first
};

} // namespace hubspool
