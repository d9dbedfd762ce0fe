#include "control/page_connection.hpp"

#include "os/unix_socket.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/rfc7230.hpp>
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
constexpr std::size_t read_after_answer_max = 64U << 10; // of what no body may be

page error_page(int status, std::string words) {
    return {status, "text/plain; charset=utf-8", std::move(words) + '\n'};
}

std::string text_of(beast::string_view text) {
    return {text.data(), text.size()};
}

page_request request_of(http::request<http::string_body>& read) {
    const beast::string_view target = read.target();
    const std::size_t mark = std::min(target.find('?'), target.size());
    page_request asked;
    asked.method = text_of(read.method_string());
    asked.path = text_of(target.substr(0, mark));
    asked.query = text_of(target.substr(std::min(mark + 1, target.size())));
    asked.content_type = text_of(read[http::field::content_type]);
    asked.body = std::move(read.body());
    return asked;
}

} // namespace

asio::awaitable<void> page_connection::serve(page_maker make_page) {
    std::optional<page_request> asked = co_await read();
    if (!asked) co_return;
    page made;
    try {
        asked->user = peer_user(stream_.socket().native_handle());
        made = co_await make_page(std::move(*asked));
    } catch (const std::exception& e) {
        // The other pages must go on being answered.
        made = error_page(500, std::string("this page could not be made: ") + e.what());
    }
    co_await answer(std::move(made));
}

// Nothing: whoever says nothing gets nothing, and what cannot be taken was answered.
asio::awaitable<std::optional<page_request>> page_connection::read() {
    request_parser parser;
    parser.header_limit(limits_.header_bytes);
    parser.body_limit(boost::none); // refusal() has the words
    stream_.expires_after(limits_.request);
    const auto [ec, size] = co_await http::async_read_header(stream_, buffer_, parser, use_outcome);
    waits_for_request_ = false;
    if (ec == beast::error::timeout || ec == http::error::end_of_stream ||
        ec == asio::error::operation_aborted || ec == asio::error::connection_reset)
        co_return std::nullopt;
    std::optional<page> refused;
    if (ec == http::error::header_limit)
        refused = error_page(431, "the request's header is too large");
    else if (ec)
        refused = error_page(400, "this is no HTTP request");
    else
        refused = refusal(parser);
    if (refused) {
        co_await answer(std::move(*refused));
        co_return std::nullopt;
    }
    if (limits_.body_bytes > 0) {
        const bool is_whole = co_await read_body(parser);
        if (!is_whole) co_return std::nullopt;
    }
    co_return request_of(parser.get());
}

// By its header; takes the room that its body needs.
std::optional<page> page_connection::refusal(const request_parser& parser) {
    const http::verb method = parser.get().method();
    if (limits_.body_bytes == 0) {
        if (method == http::verb::get) return std::nullopt;
        return error_page(405, "only GET: nothing can be changed here");
    }
    if (method != http::verb::get && method != http::verb::post)
        return error_page(405, "only GET and POST");
    // Of one in pieces nobody knows how large it will be.
    const std::uint64_t most = limits_.body_bytes;
    const std::uint64_t told = parser.content_length().value_or(parser.chunked() ? most : 0);
    if (told > most)
        return error_page(413, "the body is larger than " + std::to_string(most) +
                                   " bytes: send it in parts, or put a file into the queue");
    if (*bodies_bytes_ + told > limits_.bodies_bytes)
        return error_page(503, "too many bodies are being taken: try again in a moment");
    body_bytes_ = static_cast<std::size_t>(told);
    *bodies_bytes_ += body_bytes_;
    return std::nullopt;
}

asio::awaitable<bool> page_connection::read_body(request_parser& parser) {
    parser.body_limit(limits_.body_bytes);
    // RFC 9110, 10.1.1: its sender waits for this before it sends the body.
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
        http::response<http::empty_body> go_on{http::status::continue_, 11};
        (void)co_await http::async_write(stream_, go_on, use_outcome);
    }
    const auto [ec, size] = co_await http::async_read(stream_, buffer_, parser, use_outcome);
    if (!ec) co_return true;
    if (ec == http::error::body_limit) {
        page refused = error_page(413, "the body is larger than " +
                                           std::to_string(limits_.body_bytes) + " bytes");
        co_await answer(std::move(refused));
    }
    co_return false;
}

asio::awaitable<void> page_connection::answer(page given) {
    http::response<http::string_body> response;
    response.result(static_cast<unsigned>(given.status));
    response.version(11);
    response.set(http::field::content_type, given.content_type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Content-Type-Options", "nosniff");
    if (given.status == 405)
        response.set(http::field::allow, limits_.body_bytes > 0 ? "GET, POST" : "GET");
    response.keep_alive(false);
    response.body() = std::move(given.body);
    response.prepare_payload();
    stream_.expires_after(limits_.answer);
    const auto [ec, size] = co_await http::async_write(stream_, response, use_outcome);
    is_answered_ = true;
    if (!ec) co_await end();
}

// Closing with bytes unread would reset the connection, and take the answer with it.
asio::awaitable<void> page_connection::end() {
    boost::system::error_code ec;
    stream_.socket().shutdown(asio::socket_base::shutdown_send, ec);
    std::array<char, 4096> rest{};
    std::size_t left = read_after_answer_max + 2 * limits_.body_bytes, size = 0;
    for (; !ec && left > 0; left -= std::min(left, size))
        std::tie(ec, size) = co_await stream_.async_read_some(asio::buffer(rest), use_outcome);
}

} // namespace hubspool
