// Serves pages over HTTP/1.1 to whoever may connect, read only: one GET a connection.
//
// Bounded: when all connections are taken, the one that has waited longest without a whole request
// makes room; headers have a largest size, requests and answers a deadline, and bodies are not
// read. All on the thread that runs its loop.
#pragma once

#include "control/listening_socket.hpp"
#include "control/page.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <memory>

namespace hubspool {

class page_connection;

class page_server {
public:
    page_server(boost::asio::io_context& loop, listening_socket listener, page_maker make_page,
                const page_limits& limits = {});

    // Accepts until the loop is stopped.
    void start();

private:
    using protocol = boost::asio::generic::stream_protocol;
    using ready_connection = std::shared_ptr<page_connection>;

    boost::asio::awaitable<void> accept();
    boost::asio::awaitable<void> serve(ready_connection with);
    void make_room();

    listening_socket listener_; // its file
    boost::asio::basic_socket_acceptor<protocol> acceptor_;
    boost::asio::steady_timer pause_;
    page_maker make_page_;
    const page_limits limits_;
    std::list<ready_connection> open_; // the oldest first
};

} // namespace hubspool
