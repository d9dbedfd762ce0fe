// One connection of a page_server: one request, its answer, and the end.
#pragma once

#include "control/page.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace hubspool {

// Server's thread.
class page_connection {
public:
    // `bodies_bytes`: of the bodies that all connections hold.
    page_connection(boost::asio::generic::stream_protocol::socket socket, const page_limits& limits,
                    std::shared_ptr<std::size_t> bodies_bytes)
        : stream_(std::move(socket)), limits_(limits), bodies_bytes_(std::move(bodies_bytes)) {}
    page_connection(const page_connection&) = delete;
    page_connection& operator=(const page_connection&) = delete;
    ~page_connection() { *bodies_bytes_ -= body_bytes_; }

    // Ends when the answer was taken, at a deadline, or after close().
    boost::asio::awaitable<void> serve(page_maker make_page);
    void close() { stream_.close(); }
    // Nothing whole was asked for yet.
    bool waits_for_request() const { return waits_for_request_; }
    // All was written; only whether it was taken is waited for.
    bool is_answered() const { return is_answered_; }

private:
    using request_parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

    boost::asio::awaitable<std::optional<page_request>> read();
    boost::asio::awaitable<bool> read_body(request_parser& parser);
    std::optional<page> refusal(const request_parser& parser);
    boost::asio::awaitable<void> answer(page given);
    boost::asio::awaitable<void> end();

    boost::beast::basic_stream<boost::asio::generic::stream_protocol> stream_;
    boost::beast::flat_buffer buffer_;
    const page_limits limits_;
    const std::shared_ptr<std::size_t> bodies_bytes_;
    std::size_t body_bytes_ = 0; // of them, this one's
    bool waits_for_request_ = true;
    bool is_answered_ = false;
};

} // namespace hubspool
