// One TLS connection of a client: reads requests, asks the backend, writes answers.
#pragma once

#include "simulator/backend.hpp"
#include "simulator/http_head.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <string>
#include <vector>

namespace hubspool::simulator {

class http_session {
public:
    // `portal` and `path` outlive the session and what it leaves to be applied later.
    http_session(boost::asio::ip::tcp::socket socket, boost::asio::ssl::context& tls,
                 backend& portal, const std::string& path);

    // Serves until either side closes. Does not throw for what a client does.
    boost::asio::awaitable<void> run();

private:
    boost::asio::awaitable<bool> read_more(std::size_t wanted);
    boost::asio::awaitable<bool> read_request();
    boost::asio::awaitable<bool> serve_update();
    boost::asio::awaitable<bool> serve_aside();
    boost::asio::awaitable<bool> send(const reply_text& reply, bool half);
    boost::asio::awaitable<bool> send_body(const reply_text& reply);
    bool is_update(const http_head& head) const;
    bool reset();
    std::string_view received() const { return {in_.data(), filled_}; }

    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream_;
    backend& portal_;
    const std::string& path_;
    std::vector<char> in_; // always simdjson's padding longer than what is in it
    std::size_t filled_ = 0;
    std::string out_; // room for the head, then the body
    http_head head_;  // points into in_
    std::string_view body_;
    arrival_time arrived_;
    update_parser parser_;
    bool counted_ = false; // as a connection: control requests alone do not make one
};

// Applies `body` after `wait`, whatever has become of its connection.
boost::asio::awaitable<void> apply_later(backend& portal, std::string body, milliseconds wait);

// Whether the peer of a socket that is owed an answer has closed it (or sent what it should not).
bool client_has_left(int socket);

} // namespace hubspool::simulator
