// HTTPS to HubSpot. Hides Beast and OpenSSL.
//
// A connection is made ready first: resolve, connect, TLS handshake with the peer's chain and host
// name verified. A request is written on it later; the rate limiter's slot is taken between the
// two. Every phase has a deadline; headers and body have limits. Idle connections keep a read
// pending, so that a close by the server is seen before a request is wasted on it. Loop thread
// only; every object must outlive its operations. Tokens are never logged, and a refusal that
// repeats the request's token is given back without it.
#pragma once

#include "api/http/api_connection.hpp"
#include "api/http/api_options.hpp"
#include "base/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>

namespace hubspool {

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
