#include "simulator/http_session.hpp"

#include "simulator/control.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include <sys/socket.h>

#include <cstring>

namespace hubspool::simulator {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

constexpr std::size_t head_bytes_max = 64U << 10;
constexpr std::size_t body_bytes_max = 4U << 20;
constexpr std::size_t read_bytes = 64U << 10;
constexpr std::size_t head_room = 1024; // before the body in out_, so that one write sends both

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

std::string http_head_of(const reply_text& reply, std::size_t body_bytes) {
    return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}\r\n",
                       reply.status, status_words(reply.status),
                       reply.html ? "text/html; charset=UTF-8" : "application/json;charset=utf-8",
                       body_bytes, reply.headers);
}

asio::awaitable<void> pass(milliseconds wait) {
    asio::steady_timer timer(co_await asio::this_coro::executor, wait);
    co_await timer.async_wait(as_result);
}

} // namespace

bool client_has_left(int socket) {
    char byte = 0;
    return recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0 ||
           (errno != EAGAIN && errno != EWOULDBLOCK);
}

asio::awaitable<void> apply_later(backend& portal, std::string body, milliseconds wait) {
    co_await pass(wait);
    const simdjson::padded_string padded(body);
    update_parser parser;
    portal.apply_late(parser.parse(padded));
}

http_session::http_session(asio::ip::tcp::socket socket, asio::ssl::context& tls, backend& portal,
                           const std::string& path)
    : stream_(std::move(socket), tls), portal_(portal), path_(path),
      in_(read_bytes + simdjson::SIMDJSON_PADDING) {
    error_code ignored;
    stream_.next_layer().set_option(asio::ip::tcp::no_delay(true), ignored);
}

asio::awaitable<void> http_session::run() {
    const auto [ec] = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
    bool open = !ec;
    while (open) {
        // On its own: g++ 12 does not short-circuit a co_await behind && reliably.
        open = co_await read_request();
        if (!open) break;
        out_.assign(head_room, ' ');
        if (is_update(head_))
            open = co_await serve_update();
        else if (head_.target.starts_with(control_prefix))
            open = co_await send_body(control(portal_, head_.method, head_.target, body_));
        else
            open = co_await serve_aside();
        const std::size_t used = head_.bytes + body_.size();
        std::memmove(in_.data(), in_.data() + used, filled_ - used);
        filled_ -= used;
    }
    error_code ignored;
    stream_.next_layer().close(ignored);
}

bool http_session::is_update(const http_head& head) const {
    return head.method == "POST" && head.target == path_;
}

// Makes the close that follows one that the client sees as a reset. Always false.
bool http_session::reset() {
    error_code ignored;
    stream_.next_layer().set_option(asio::socket_base::linger(true, 0), ignored);
    return false;
}

asio::awaitable<bool> http_session::read_more(std::size_t wanted) {
    const std::size_t size = std::max(wanted, filled_ + read_bytes) + simdjson::SIMDJSON_PADDING;
    if (in_.size() < size) in_.resize(size);
    const std::size_t room = in_.size() - simdjson::SIMDJSON_PADDING - filled_;
    const auto [ec, bytes] =
        co_await stream_.async_read_some(asio::buffer(in_.data() + filled_, room), as_result);
    filled_ += bytes;
    co_return !ec;
}

// False when there is none any more: closed, or nothing that can be answered.
asio::awaitable<bool> http_session::read_request() {
    auto head = parse_head(received());
    while (!head) {
        if (filled_ > head_bytes_max) co_return false;
        const bool more = co_await read_more(0);
        if (!more) co_return false;
        head = parse_head(received());
    }
    arrived_ = std::chrono::steady_clock::now();
    if (head->method.empty() || head->content_length.value_or(0) > body_bytes_max) {
        out_.assign(head_room, ' ');
        co_await send_body(html_reply(head->method.empty() ? 400 : 413));
        co_return false;
    }
    const std::size_t head_bytes = head->bytes;
    const std::size_t all = head_bytes + head->content_length.value_or(0);
    const bool update = is_update(*head);
    const bool may_be_cut = !head->target.starts_with(control_prefix);
    for (;;) {
        const auto body = received().substr(head_bytes);
        if (may_be_cut && portal_.cuts_unread(update, body, arrived_)) co_return reset();
        if (filled_ >= all) break;
        const bool more = co_await read_more(all);
        if (!more) co_return false;
    }
    head_ = *parse_head(received()); // the buffer may have moved
    body_ = received().substr(head_.bytes, all - head_.bytes);
    co_return true;
}

asio::awaitable<bool> http_session::serve_update() {
    if (!counted_) portal_.connected();
    counted_ = true;
    exchange request;
    request.request = &parser_.parse(body_);
    request.body = body_;
    request.connection = stream_.next_layer().native_handle();
    portal_.arrive(request, head_.token, arrived_);
    if (request.wait > milliseconds(0)) co_await pass(request.wait);
    if (request.late) {
        auto executor = co_await asio::this_coro::executor;
        auto later = apply_later(portal_, std::string(body_), *request.late);
        asio::co_spawn(executor, std::move(later), asio::detached);
    }
    const auto reply = portal_.answer(request, out_);
    if (request.kind == fault::reply::cut) co_return false;
    co_return co_await send(reply, request.kind == fault::reply::truncated);
}

asio::awaitable<bool> http_session::serve_aside() {
    const auto found = portal_.aside(head_.method, head_.target, head_.token, body_, arrived_);
    if (const auto wait = portal_.aside_wait(); wait > milliseconds(0)) co_await pass(wait);
    if (found && found->status == 0) co_return false;
    // Named: g++ 12 destroys a conditional's temporary twice inside a co_await.
    const reply_text reply = found ? *found : html_reply(404);
    co_return co_await send_body(reply);
}

asio::awaitable<bool> http_session::send_body(const reply_text& reply) {
    out_ += reply.body;
    return send(reply, false);
}

// Sends what is in out_ after the room for the head. False when the connection is of no more use.
asio::awaitable<bool> http_session::send(const reply_text& reply, bool half) {
    const auto head = http_head_of(reply, out_.size() - head_room);
    const std::size_t from = head_room - std::min(head.size(), head_room);
    out_.replace(from, head_room - from, head);
    std::string_view answer = std::string_view(out_).substr(from);
    if (half) answer = answer.substr(0, answer.size() / 2);
    const auto [ec, bytes] =
        co_await asio::async_write(stream_, asio::buffer(answer.data(), answer.size()), as_result);
    co_return !ec && !half;
}

} // namespace hubspool::simulator
