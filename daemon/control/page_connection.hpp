// One connection of a page_server: one GET request, its answer, and the end.
#pragma once

#include "control/page.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <utility>

namespace hubspool {

// Server's thread.
class page_connection {
public:
    page_connection(boost::asio::generic::stream_protocol::socket socket, const page_limits& limits)
        : stream_(std::move(socket)), limits_(limits) {}

    // Ends when the answer was taken, at a deadline, or after close().
    boost::asio::awaitable<void> serve(page_maker make_page);
    void close() { stream_.close(); }
    // Nothing whole was asked for yet.
    bool waits_for_request() const { return waits_for_request_; }

private:
    boost::asio::awaitable<void> answer(page given);
    boost::asio::awaitable<void> end();

    boost::beast::basic_stream<boost::asio::generic::stream_protocol> stream_;
    boost::beast::flat_buffer buffer_;
    const page_limits limits_;
    bool waits_for_request_ = true;
};

} // namespace hubspool
