// From a host name to a connected socket.
#pragma once

#include "api/route/api_url.hpp"
#include "base/result.hpp"
#include "core/words/time.hpp"

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

// The first of them that answers (RFC 8305 in spirit). Families alternate, beginning with that of
// the first address. The next is tried after 250 ms, or at once when all before have failed. None
// is given up for another before `limit`. The failure has each one's reason.
boost::asio::awaitable<result<boost::asio::ip::tcp::socket>>
connect_any(boost::asio::any_io_executor loop, const api_url& url,
            const std::vector<boost::asio::ip::tcp::endpoint>& addresses, milliseconds limit);

} // namespace hubspool
