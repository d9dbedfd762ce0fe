// HTTPS to HubSpot. Hides Beast and OpenSSL.
//
// A connection is made ready first: resolve, connect, TLS handshake with the peer's chain and host
// name verified. A request is written on it later; the rate limiter's slot is taken between the
// two. Every phase has a deadline; headers and body have limits. Idle connections keep a read
// pending, so that a close by the server is seen before a request is wasted on it. Loop thread
// only; every object must outlive its operations. Tokens are never logged, and a refusal that
// repeats the request's token is given back without it.
#pragma once

#include "api/route/peer_facts.hpp"
#include "base/result.hpp"
#include "core/answers/api_response.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hubspool {

struct api_options {
    std::string url; // https://host[:port]; http:// is refused
    std::string ca_file;
    std::string tls_min = "1.2";
    std::string client_certificate_file; // both, or none
    std::string client_key_file;
    std::string proxy;    // http://host:port; empty: none
    std::string no_proxy; // see proxy_route.hpp
    std::string proxy_credentials_file;
    milliseconds connect_timeout{10000}; // for each step: look-up, connecting, tunnel, handshake
    milliseconds request_timeout{60000};
    milliseconds idle_limit{60000}; // of a connection between two exchanges; then we close it
    std::size_t response_bytes_max = 16U << 20; // 100 results echo about what was sent
    std::size_t header_bytes_max = 64U << 10;
};

// What to ask for. The views must stay valid until the exchange has ended.
struct api_request {
    std::string_view method;
    std::string_view target;       // path and query, without white space
    std::string_view token;        // for Authorization: Bearer; empty: none is sent
    std::string_view content_type; // of the body
    std::string_view body;         // empty: none, and no content type
};

class api_connection {
public:
    virtual ~api_connection() = default;

    // False once the server has closed it, or an exchange went wrong; it is of no use then.
    virtual bool is_open() const = 0;
    // Open between two exchanges, and nothing has come since the answer, not even its end. Asks the
    // socket: a close that came with the answer is seen here before the loop has its turn.
    virtual bool is_quiet() const = 0;
    virtual peer_facts peer() const = 0;
    // Sends the request and reads the whole answer. Never throws; what went wrong is in the
    // response. One exchange at a time.
    virtual boost::asio::awaitable<api_response> exchange(api_request request) = 0;
    // Calls back (once, on the loop, never from within this call) when the server closes the idle
    // connection, also when it has done so already. Not after abort(), nor for a close that an
    // exchange ended in: its caller sees is_open().
    virtual void on_close(std::function<void()> callback) = 0;
    // Closes at once; an exchange under way ends as unanswered.
    virtual void abort() = 0;
};

class api_client {
public:
    virtual ~api_client() = default;

    // One ready connection, or what stands in the way: "TLS: api.hubapi.com: certificate has
    // expired (2026-01-01); ..." with the remedy. Resolves anew each time and tries all addresses.
    virtual boost::asio::awaitable<result<std::unique_ptr<api_connection>>> connect() = 0;
};

// Fails on an unusable URL, CA file or TLS setting.
result<std::unique_ptr<api_client>> make_api_client(boost::asio::any_io_executor loop,
                                                    api_options options);

} // namespace hubspool
