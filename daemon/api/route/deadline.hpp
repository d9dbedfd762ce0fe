// Waiting for a network operation, but not for ever.
#pragma once

#include "core/words/time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

#include <tuple>

namespace hubspool {

// Operations in coroutines give back their error instead of throwing it.
inline constexpr auto use_result = boost::asio::as_tuple(boost::asio::use_awaitable);

// The operation's error; timed_out when it had to be cancelled.
boost::asio::awaitable<boost::system::error_code>
finish_within(boost::asio::awaitable<std::tuple<boost::system::error_code>> operation,
              milliseconds limit);

} // namespace hubspool
