// From a host name to a connected socket.
#pragma once

#include "api/api_url.hpp"
#include "base/result.hpp"
#include "core/time.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <vector>

namespace hubspool {

// All addresses of the host, at most 16. An address needs no look-up. When the name service is
// slower than `limit` its answer is abandoned; the system's own limits end that look-up in the
// background.
boost::asio::awaitable<result<std::vector<boost::asio::ip::tcp::endpoint>>>
resolve_host(boost::asio::any_io_executor loop, const api_url& url, milliseconds limit);

// Tries them in turn; each gets an even share of the time that is left. The failure has each one's.
boost::asio::awaitable<result<boost::asio::ip::tcp::socket>>
connect_any(boost::asio::any_io_executor loop, const api_url& url,
            const std::vector<boost::asio::ip::tcp::endpoint>& addresses, milliseconds limit);

} // namespace hubspool
