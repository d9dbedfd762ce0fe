// The stream below an https_connection, shared with the handlers of its pending operations.
//
// A read is pending whenever the line is open, except between the end of an answer and the end of
// its exchange. While idle, any byte and any end that it brings closes the line, and so does
// `idle_limit`: middle boxes forget a silent connection, and say so to nobody. During an exchange
// it brings the answer, also an early one while the request is still being written.
#pragma once

#include "api/http/answer_reader.hpp"
#include "api/http/api_setup.hpp"
#include "api/route/peer_facts.hpp"
#include "api/tls/tls_stream.hpp"
#include "api/tls/tls_wire.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace hubspool {

class https_line : public std::enable_shared_from_this<https_line> {
public:
    https_line(tls_stream stream, std::shared_ptr<const api_setup> setup);

    void start(); // once, before all else
    bool is_open() const { return state_ != state::closed; }
    bool is_quiet() const { return is_open() && !wire_.has_come(); }
    peer_facts peer();
    // Sends `head` and `body` and fills everything but duration_ms and what its caller knows.
    // `body` is not looked at any more when it returns, whatever happened.
    boost::asio::awaitable<api_response> exchange(std::string head, std::string_view body);
    void on_close(std::function<void()> callback);
    void abort();

private:
    enum class state {
        idle,   // open, no exchange; a read is pending
        busy,   // an exchange is under way; outcome_ says when it has ended
        closed, // the socket is closed
    };

    void be_idle();
    void end_idle();
    void read();
    void on_received(const boost::system::error_code& ec);
    void on_read(const boost::system::error_code& ec, std::size_t byte_count);
    void ended(const boost::system::error_code& ec);
    void write(std::string head, std::string_view body);
    void on_written(const boost::system::error_code& ec);
    void advance(answer_reader::progress made);
    void answered();
    void fail(exchange_end end, std::string why);
    exchange_end end_without_answer() const;
    std::string deadline_text() const;
    void settle(api_response outcome);
    bool settled() const { return outcome_.has_value() && !writing_; }
    void close();

    tls_stream stream_;
    tls_wire wire_;
    std::shared_ptr<const api_setup> setup_;
    answer_reader answer_;
    // Idle: the limit of that. Busy: the exchange's deadline; cancelled when it has settled.
    boost::asio::steady_timer wake_;
    state state_ = state::idle;
    bool reused_ = false; // an exchange went well before
    std::function<void()> on_close_;
    std::string why_closed_; // while idle, if the server told

    // Of the exchange under way.
    std::optional<api_response> outcome_;
    bool writing_ = false; // a handler still refers to head_ and to the caller's body
    bool written_ = false; // the whole request was taken by the socket
    std::size_t request_bytes_ = 0;
    std::string head_;
};

} // namespace hubspool
