// TLS over TCP, as Asio has it.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace hubspool {

using tls_stream = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

} // namespace hubspool
