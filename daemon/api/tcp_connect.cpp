#include "api/tcp_connect.hpp"

#include "api/deadline.hpp"
#include "base/clocks.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>

namespace hubspool {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t addresses_max = 16;

// Shared with the look-up's handler: getaddrinfo cannot be interrupted, so we may leave before it.
struct look_up {
    explicit look_up(const asio::any_io_executor& loop) : resolver(loop), done(loop) {}

    tcp::resolver resolver;
    asio::steady_timer done;
    std::optional<error_code> ended;
    std::vector<tcp::endpoint> found;
};

void start(const std::shared_ptr<look_up>& query, const api_url& url) {
    query->resolver.async_resolve(
        url.host, url.port, [query](const error_code& ec, const tcp::resolver::results_type& all) {
            query->ended = ec;
            for (const auto& entry : all) {
                if (query->found.size() < addresses_max) {
                    query->found.push_back(entry.endpoint());
                }
            }
            query->done.cancel();
        });
}

std::string why_not_resolved(const api_url& url, const error_code& ec, milliseconds limit) {
    if (ec == asio::error::timed_out) {
        return fmt::format("resolve {}: no answer within {} ms; check this machine's name service "
                           "(/etc/resolv.conf)",
                           url.host, limit.count());
    }
    if (ec == asio::error::host_not_found || ec == asio::error::no_data) {
        return fmt::format(
            "resolve {}: no such host; check api.url and this machine's name service "
            "(/etc/resolv.conf)",
            url.host);
    }
    return fmt::format("resolve {}: {}; check this machine's name service (/etc/resolv.conf)",
                       url.host, ec.message());
}

std::string why_not_connected(const error_code& ec, milliseconds share) {
    if (ec == asio::error::connection_refused) {
        return "refused";
    }
    if (ec == asio::error::timed_out) {
        return fmt::format("no answer within {} ms", share.count());
    }
    return ec.message();
}

std::uint16_t number_of(const std::string& port) {
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    return number;
}

} // namespace

asio::awaitable<result<std::vector<tcp::endpoint>>>
resolve_host(asio::any_io_executor loop, const api_url& url, milliseconds limit) {
    if (url.is_address) {
        const auto address = asio::ip::make_address(url.host);
        co_return std::vector<tcp::endpoint>{tcp::endpoint(address, number_of(url.port))};
    }
    const auto query = std::make_shared<look_up>(loop);
    query->done.expires_after(limit);
    start(query, url);
    co_await query->done.async_wait(use_result);
    if (!query->ended) {
        query->resolver.cancel();
        co_return failure{why_not_resolved(url, asio::error::timed_out, limit)};
    }
    if (*query->ended || query->found.empty()) {
        const error_code ec = *query->ended ? *query->ended : error_code(asio::error::no_data);
        co_return failure{why_not_resolved(url, ec, limit)};
    }
    co_return std::move(query->found);
}

asio::awaitable<result<tcp::socket>> connect_any(asio::any_io_executor loop, const api_url& url,
                                                 const std::vector<tcp::endpoint>& addresses,
                                                 milliseconds limit) {
    const boot_time end = boot_now() + limit;
    std::string reasons;
    std::size_t left = addresses.size();
    for (const tcp::endpoint& address : addresses) {
        const milliseconds share =
            std::max(end - boot_now(), milliseconds(0)) / static_cast<std::int64_t>(left--);
        tcp::socket socket(loop);
        const error_code ec =
            co_await finish_within(socket.async_connect(address, use_result), share);
        if (!ec) {
            co_return socket;
        }
        const std::string where = address.address().to_string();
        const std::string why = why_not_connected(ec, share);
        reasons += reasons.empty() ? "" : "; ";
        reasons += where == url.host ? why : where + ": " + why;
    }
    co_return failure{fmt::format("connect to {}: {}", url.place(), reasons)};
}

} // namespace hubspool
