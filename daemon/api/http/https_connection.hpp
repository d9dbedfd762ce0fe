// One connection over TLS, ready for requests: an exchange at a time, and a pending read between
// them.
#pragma once

#include "api/http/api_client.hpp"
#include "api/route/api_url.hpp"
#include "api/route/proxy_tunnel.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <memory>
#include <optional>

namespace hubspool {

using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

// What all connections of a client have in common; they may outlive the client itself.
struct api_setup {
    api_options options;
    api_url url;
    std::optional<proxy_access> proxy;
};

// Takes a stream whose handshake is done. The connection may be destroyed while it is idle.
std::unique_ptr<api_connection> make_https_connection(tls_stream stream,
                                                      std::shared_ptr<const api_setup> setup);

} // namespace hubspool
