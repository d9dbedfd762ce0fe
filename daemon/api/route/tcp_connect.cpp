#include "api/route/tcp_connect.hpp"

#include "api/route/deadline.hpp"
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
constexpr milliseconds head_start{250}; // RFC 8305, Connection Attempt Delay

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
            // A name with hundreds of addresses would cost minutes.
            for (const auto& entry : all) {
                if (query->found.size() < addresses_max) {
                    query->found.push_back(entry.endpoint());
                }
            }
            query->done.cancel();
        });
}

std::string why_not_resolved(const api_url& url, const error_code& ec, milliseconds limit) {
    constexpr const char* service = "this machine's name service (/etc/resolv.conf)";
    if (ec == asio::error::timed_out) {
        return fmt::format("resolve {}: no answer within {} ms; check {}", url.host, limit.count(),
                           service);
    }
    if (ec == asio::error::host_not_found || ec == asio::error::no_data) {
        return fmt::format("resolve {}: no such host; check {} and {}", url.host, url.setting,
                           service);
    }
    return fmt::format("resolve {}: {}; check {}", url.host, ec.message(), service);
}

std::string why_not_connected(const error_code& ec) {
    return ec == asio::error::connection_refused ? "refused" : ec.message();
}

struct connect_attempt {
    tcp::endpoint to;
    tcp::socket socket;
    std::optional<error_code> ended; // nothing while it is under way
};

// Shared with the handlers of its attempts, which may come after the race is over.
struct connect_race {
    connect_race(const asio::any_io_executor& executor, std::vector<tcp::endpoint> candidates)
        : loop(executor), changed(executor), order(std::move(candidates)) {
        attempts.reserve(order.size()); // a socket must not move while it connects
    }

    bool may_start() const { return attempts.size() < order.size(); }
    bool none_under_way() const {
        return std::all_of(attempts.begin(), attempts.end(),
                           [](const connect_attempt& each) { return each.ended.has_value(); });
    }
    bool all_failed() const { return !may_start() && none_under_way(); }

    asio::any_io_executor loop;
    asio::steady_timer changed;
    std::vector<tcp::endpoint> order;
    std::vector<connect_attempt> attempts;
    std::optional<std::size_t> winner;
    bool is_over = false;
};

void start_next(const std::shared_ptr<connect_race>& race) {
    const std::size_t number = race->attempts.size();
    // The attempt is made where it stays: its handler finds it by its number.
    const tcp::endpoint to = race->order[number];
    race->attempts.push_back({to, tcp::socket(race->loop), std::nullopt});
    race->attempts.back().socket.async_connect(to, [race, number](const error_code& ec) {
        // Attempts that lost end after the race; nobody listens to them.
        if (race->is_over) {
            return;
        }
        race->attempts[number].ended = ec;
        if (!ec && !race->winner) {
            race->winner = number;
        }
        race->changed.cancel();
    });
}

// The first address's family first; inside a family the order stays.
std::vector<tcp::endpoint> alternate_families(const std::vector<tcp::endpoint>& addresses) {
    std::vector<tcp::endpoint> first, other, mixed;
    for (const tcp::endpoint& each : addresses) {
        // By the first address's family, which the system thinks is the better one.
        (each.protocol() == addresses.front().protocol() ? first : other).push_back(each);
    }
    for (std::size_t i = 0; i < std::max(first.size(), other.size()); ++i) {
        if (i < first.size()) {
            mixed.push_back(first[i]);
        }
        if (i < other.size()) {
            mixed.push_back(other[i]);
        }
    }
    return mixed;
}

std::string reasons_of(const connect_race& race, const api_url& url, milliseconds limit) {
    std::string reasons;
    for (const connect_attempt& each : race.attempts) {
        const std::string where = each.to.address().to_string();
        const std::string why = each.ended ? why_not_connected(*each.ended)
                                           : fmt::format("no answer within {} ms", limit.count());
        reasons += reasons.empty() ? "" : "; ";
        reasons += where == url.host ? why : where + ": " + why;
    }
    return reasons;
}

std::uint16_t number_of(const std::string& port) {
    std::uint16_t number = 0;
    std::from_chars(port.data(), port.data() + port.size(), number);
    return number;
}

} // namespace

asio::awaitable<result<std::vector<tcp::endpoint>>>
resolve_host(asio::any_io_executor loop, const api_url& url, milliseconds limit) {
    // An address is taken as it is; the name service may be down.
    if (url.is_address) {
        const auto address = asio::ip::make_address(url.host);
        co_return std::vector<tcp::endpoint>{tcp::endpoint(address, number_of(url.port))};
    }
    const auto query = std::make_shared<look_up>(loop);
    query->done.expires_after(limit);
    start(query, url);
    co_await query->done.async_wait(use_result);
    // The timer ended first: the look-up is left to itself.
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
    const auto race = std::make_shared<connect_race>(loop, alternate_families(addresses));
    // Until one wins, all have failed, or time is over.
    const boot_time end = boot_now() + limit;
    boot_time next_start = boot_now();
    while (!race->winner && !race->all_failed() && boot_now() < end) {
        // The next one starts after its delay, or at once when nobody is under way.
        if (race->may_start() && (boot_now() >= next_start || race->none_under_way())) {
            start_next(race);
            next_start = boot_now() + head_start;
            continue;
        }
        // Sleeps until the next start; a change of any attempt wakes it earlier.
        const boot_time until = race->may_start() ? std::min(end, next_start) : end;
        race->changed.expires_after(until - boot_now());
        co_await race->changed.async_wait(use_result);
    }
    // From now on late handlers change nothing.
    race->is_over = true;
    if (race->winner) {
        tcp::socket connected = std::move(race->attempts[*race->winner].socket);
        race->attempts.clear();
        co_return connected;
    }
    std::string reasons = reasons_of(*race, url, limit);
    race->attempts.clear();
    co_return failure{fmt::format("connect to {}: {}", url.place(), reasons)};
}

} // namespace hubspool
