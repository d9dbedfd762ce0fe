#include "api/route/deadline.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace hubspool {

namespace asio = boost::asio;
using boost::system::error_code;

asio::awaitable<error_code> finish_within(asio::awaitable<std::tuple<error_code>> operation,
                                          milliseconds limit) {
    using namespace asio::experimental::awaitable_operators;
    asio::steady_timer timer(co_await asio::this_coro::executor, limit);
    // Whichever ends first cancels the other.
    auto first = co_await (std::move(operation) || timer.async_wait(use_result));
    if (first.index() == 0) {
        co_return std::get<0>(std::get<0>(first));
    }
    // The timer was cancelled, too: then the caller was, and that is what ended it.
    const error_code waited = std::get<0>(std::get<1>(first));
    co_return waited ? waited : error_code(asio::error::timed_out);
}

} // namespace hubspool
