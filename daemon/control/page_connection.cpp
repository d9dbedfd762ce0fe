#include "control/page_connection.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <algorithm>
#include <array>
#include <exception>
#include <string>
#include <tuple>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

namespace {

constexpr auto use_outcome = asio::as_tuple(asio::use_awaitable);

page error_page(int status, std::string words) {
    return {status, "text/plain; charset=utf-8", std::move(words) + '\n'};
}

// The path alone: no page has a query.
std::string path_of(beast::string_view target) {
    return {target.data(), std::min(target.find('?'), target.size())};
}

} // namespace

asio::awaitable<void> page_connection::serve(page_maker make_page) {
    // It has no body: one that is sent all the same is not read.
    http::request_parser<http::empty_body> parser;
    parser.header_limit(limits_.header_bytes);
    stream_.expires_after(limits_.request);
    const auto [ec, size] = co_await http::async_read_header(stream_, buffer_, parser, use_outcome);
    waits_for_request_ = false;
    // Whoever says nothing gets nothing.
    if (ec == beast::error::timeout || ec == http::error::end_of_stream ||
        ec == asio::error::operation_aborted || ec == asio::error::connection_reset)
        co_return;
    if (ec == http::error::header_limit)
        co_return co_await answer(error_page(431, "the request's header is too large"));
    if (ec) co_return co_await answer(error_page(400, "this is no HTTP request"));
    if (parser.get().method() != http::verb::get)
        co_return co_await answer(error_page(405, "only GET: nothing can be changed here"));
    page made;
    try {
        made = co_await make_page(path_of(parser.get().target()));
    } catch (const std::exception& e) {
        // The other pages must go on being answered.
        made = error_page(500, std::string("this page could not be made: ") + e.what());
    }
    co_await answer(std::move(made));
}

asio::awaitable<void> page_connection::answer(page given) {
    http::response<http::string_body> response;
    response.result(static_cast<unsigned>(given.status));
    response.version(11);
    response.set(http::field::content_type, given.content_type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (given.status == 405) response.set(http::field::allow, "GET");
    response.keep_alive(false);
    response.body() = std::move(given.body);
    response.prepare_payload();
    stream_.expires_after(limits_.answer);
    const auto [ec, size] = co_await http::async_write(stream_, response, use_outcome);
    if (!ec) co_await end();
}

// Closing with bytes unread would reset the connection, and take the answer with it.
asio::awaitable<void> page_connection::end() {
    boost::system::error_code ec;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, ec);
    std::array<char, 4096> rest{};
    for (int reads = 0; !ec && reads < 16; ++reads)
        std::tie(ec, std::ignore) =
            co_await stream_.async_read_some(asio::buffer(rest), use_outcome);
}

} // namespace hubspool
