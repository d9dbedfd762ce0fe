#include "api/http/https_line.hpp"

#include "api/route/deadline.hpp"
#include "api/tls/tls_peer.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hubspool {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

// How long the rest of a request may take whose answer is there: then the connection is given up.
constexpr milliseconds rest_of_request_max{250};
std::string place_of(const asio::ip::tcp::endpoint& endpoint) {
    const auto address = endpoint.address();
    return fmt::format(fmt::runtime(address.is_v6() ? "[{}]:{}" : "{}:{}"), address.to_string(),
                       endpoint.port());
}

} // namespace

https_line::https_line(tls_stream stream, std::shared_ptr<const api_setup> setup)
    : stream_(std::move(stream)), wire_(stream_), setup_(std::move(setup)),
      answer_(setup_->options.header_bytes_max, setup_->options.response_bytes_max),
      wake_(stream_.get_executor()) {
}

void https_line::start() {
    be_idle();
}

void https_line::be_idle() {
    // A read is pending from now on, so that a close is seen before a request is wasted on it.
    read();
    // Middle boxes forget a silent connection and tell nobody: it is closed before that happens.
    wake_.expires_after(setup_->options.idle_limit);
    wake_.async_wait([self = shared_from_this()](const error_code& ec) {
        if (!ec && self->state_ == state::idle) {
            self->end_idle();
        }
    });
}

void https_line::end_idle() {
    // Taken out first: the callback may ask for a new connection at once.
    auto callback = std::exchange(on_close_, nullptr);
    close();
    if (callback) {
        callback();
    }
}

peer_facts https_line::peer() {
    error_code ec;
    const auto endpoint = stream_.next_layer().remote_endpoint(ec);
    return describe_peer(stream_.native_handle(), ec ? std::string() : place_of(endpoint));
}

asio::awaitable<api_response> https_line::exchange(std::string head, std::string_view body) {
    const auto self = shared_from_this();
    // It was closed meanwhile: not a byte was written, and the caller takes another one.
    if (state_ != state::idle) {
        api_response refused;
        refused.end = exchange_end::not_sent;
        refused.error =
            setup_->url.place() + ": " +
            (why_closed_.empty() ? "the connection was closed before the request" : why_closed_);
        co_return refused;
    }
    // The caller's cancellation must not unwind this frame while the socket still reads from
    // `body`.
    const bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);

    // The answer may come before the request is written, so both run side by side.
    state_ = state::busy;
    outcome_.reset();
    answer_.restart();
    write(std::move(head), body);
    wake_.expires_after(setup_->options.request_timeout);
    // Woken by the end of the write, by the answer, or by the deadline.
    while (!settled()) {
        const auto [ec] = co_await wake_.async_wait(use_result);
        // The deadline came first: whatever was written may still be applied. A server that is
        // silent has not closed an idle connection, so this is never `stale`.
        if (!outcome_) {
            fail(exchange_end::unanswered, ec ? "cancelled" : deadline_text());
        } else if (!ec && !settled()) {
            close(); // the server does not take the rest of what it has answered
            wake_.expires_at(asio::steady_timer::time_point::max());
        }
    }
    // The rest of the request was never taken: the server would read it as the next one.
    if (state_ == state::busy && !written_) {
        close();
    }
    // All went well: the connection serves again, and a close from now on is no failure of a
    // request.
    if (state_ == state::busy) {
        state_ = state::idle;
        reused_ = true;
        answer_.restart();
        be_idle();
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
    co_return std::move(*outcome_);
}

void https_line::on_close(std::function<void()> callback) {
    // It may have closed before this call: then the callback is told as well, but later.
    if (is_open()) {
        on_close_ = std::move(callback);
    } else {
        asio::post(stream_.get_executor(), std::move(callback));
    }
}

void https_line::abort() {
    // The exchange ends now; its caller must not wait for the socket.
    if (state_ == state::busy && !outcome_) {
        fail(exchange_end::unanswered, "aborted");
    }
    close();
}

void https_line::read() {
    wire_.receive([self = shared_from_this()](const error_code& ec) { self->on_received(ec); });
}

void https_line::on_received(const error_code& ec) {
    error_code end = ec;
    // Until nothing more is there: one wake-up may bring several records.
    while (state_ == state::idle || (state_ == state::busy && !outcome_)) {
        const std::size_t byte_count = end ? 0 : wire_.take(answer_.prepare(), end);
        if (end == asio::error::would_block) {
            return read();
        }
        on_read(end, byte_count);
        if (end) {
            return;
        }
    }
}

void https_line::on_read(const error_code& ec, std::size_t byte_count) {
    // Idle: whatever comes, also an alert, ends the connection.
    if (state_ == state::idle) {
        why_closed_ = why_we_are_refused(ec, setup_->url, setup_->options.client_certificate_file);
        end_idle();
    } else if (!ec) {
        advance(answer_.commit(byte_count));
    } else {
        ended(ec);
    }
}

void https_line::ended(const error_code& ec) {
    const std::string refused =
        why_we_are_refused(ec, setup_->url, setup_->options.client_certificate_file);
    // In TLS 1.3 a server refuses the client's certificate after our handshake has ended (RFC 8446
    // section 4.4.2): its alert stands where the answer should.
    if (!refused.empty() && !reused_ && answer_.untouched()) {
        // The end of the handshake as the server sees it: it took nothing of the request.
        fail(exchange_end::not_sent, refused);
    } else if (ec == asio::error::eof) {
        advance(answer_.end_of_stream());
    } else {
        fail(end_without_answer(), fmt::format("the connection was cut while we were {}: {}",
                                               answer_.phase(), ec.message()));
    }
}

void https_line::advance(answer_reader::progress made) {
    switch (made) {
    case answer_reader::progress::more: return;
    case answer_reader::progress::complete: answered(); return;
    case answer_reader::progress::failed: fail(end_without_answer(), answer_.error()); return;
    }
}

void https_line::answered() {
    api_response response;
    response.end = exchange_end::answered;
    answer_.take(response);
    // Closed by the server, or bytes behind the answer: no second request goes on it.
    if (!answer_.reusable()) {
        close();
    }
    settle(std::move(response));
}

void https_line::fail(exchange_end end, std::string why) {
    api_response response;
    response.end = end;
    response.error = setup_->url.place() + ": " + why;
    // After any failure the two sides disagree about where an answer begins.
    close();
    settle(std::move(response));
}

exchange_end https_line::end_without_answer() const {
    // On a reused connection without a byte of an answer the server most likely had closed before.
    return reused_ && answer_.untouched() ? exchange_end::stale : exchange_end::unanswered;
}

std::string https_line::deadline_text() const {
    const auto limit = setup_->options.request_timeout.count();
    // Says how far it came: a slow upload and a slow server have different remedies.
    if (!written_) {
        return fmt::format("not done within {} ms, still sending the request ({} bytes)", limit,
                           request_bytes_);
    }
    return fmt::format("not done within {} ms, still {}", limit, answer_.phase());
}

void https_line::settle(api_response outcome) {
    outcome_ = std::move(outcome);
    // An answer may come before the whole request is sent; or before we are told that it is.
    wake_.expires_after(settled() ? milliseconds(0) : rest_of_request_max);
}

void https_line::write(std::string head, std::string_view body) {
    // As much of the body as fits shares a TLS record with the header.
    constexpr std::size_t record_bytes = 16U << 10;
    const std::size_t room = record_bytes - std::min(record_bytes, head.size());
    const std::string_view joined = body.substr(0, room);
    head_ = std::move(head);
    head_ += joined;
    body.remove_prefix(joined.size());
    request_bytes_ = head_.size() + body.size();
    writing_ = true;
    written_ = false;
    wire_.send({asio::buffer(head_), asio::buffer(body.data(), body.size())},
               [self = shared_from_this()](const error_code& ec) { self->on_written(ec); });
}

void https_line::on_written(const error_code& ec) {
    writing_ = false;
    written_ = !ec;
    head_.clear(); // it holds the token
    // A failed write ends nothing by itself: the server may have answered before it hung up, and if
    // it has not, the pending read ends as well.
    if (outcome_) {
        wake_.cancel();
    }
}

void https_line::close() {
    // While busy the timer is the exchange's, which ends it itself.
    if (state_ == state::idle) {
        wake_.cancel();
    }
    state_ = state::closed;
    on_close_ = nullptr;
    error_code ignored;
    stream_.next_layer().close(ignored);
}

} // namespace hubspool
