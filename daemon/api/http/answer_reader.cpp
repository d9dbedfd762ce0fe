#include "api/http/answer_reader.hpp"

#include "api/http/gzip_body.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <fmt/core.h>

#include <utility>

namespace hubspool {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

constexpr std::size_t read_bytes = 16U << 10; // what a TLS record holds
constexpr int interim_max = 16;

std::string value_of(const http::fields& headers, beast::string_view name) {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string()
                                  : std::string(found->value().data(), found->value().size());
}

} // namespace

answer_reader::answer_reader(std::size_t header_bytes_max, std::size_t body_bytes_max)
    : header_bytes_max_(header_bytes_max), body_bytes_max_(body_bytes_max) {
    expect_header();
}

void answer_reader::restart() {
    untouched_ = true;
    interim_ = 0;
    error_.clear();
    expect_header();
}

boost::asio::mutable_buffer answer_reader::prepare() {
    return buffer_.prepare(read_bytes);
}

answer_reader::progress answer_reader::commit(std::size_t byte_count) {
    buffer_.commit(byte_count);
    // Not one byte of an answer: that tells a stale connection from a cut one.
    untouched_ = untouched_ && byte_count == 0;
    // Several parts may come at once: a header, chunks, an interim answer and the final one.
    while (buffer_.size() > 0 && !message_->is_done()) {
        error_code ec;
        const std::size_t used = message_->put(buffer_.data(), ec);
        buffer_.consume(used);
        // The parser waits for the end of something; what is left stays in the buffer.
        if (ec == http::error::need_more || (!ec && used == 0)) {
            break;
        }
        if (ec) {
            return fail(ec);
        }
        // 1xx (RFC 9110 section 15.2) is followed by the final answer.
        if (message_->is_done() && message_->get().result_int() / 100 == 1 && !skip_interim()) {
            return progress::failed;
        }
    }
    if (message_->is_done()) {
        return unpack();
    }
    // A chunk's extensions or trailer: the parser asks for more as long as they have no end.
    return buffer_.size() > header_bytes_max_ ? fail(http::error::header_limit) : progress::more;
}

answer_reader::progress answer_reader::end_of_stream() {
    // An answer without a length ends with the connection (RFC 9112 section 6.3), but only a
    // close in due form says that it is whole.
    if (message_->is_header_done() && message_->need_eof()) {
        error_code ec;
        message_->put_eof(ec);
        if (!ec) {
            return unpack();
        }
    }
    error_ = "the server closed the connection while we were " + phase();
    return progress::failed;
}

// Bytes behind the answer belong to nothing: such a connection is not trusted with another
// request.
bool answer_reader::reusable() const {
    return message_->is_done() && message_->keep_alive() && buffer_.size() == 0;
}

std::string answer_reader::phase() const {
    if (untouched_) {
        return "waiting for the answer";
    }
    if (!message_->is_header_done()) {
        return "reading the answer's header";
    }
    return fmt::format("reading the answer's body (status {}, {} bytes so far)",
                       message_->get().result_int(), message_->get().body().size());
}

void answer_reader::take(api_response& response) {
    auto& message = message_->get();
    response.status = static_cast<int>(message.result_int());
    response.body = std::move(message.body());
    response.content_type = value_of(message, "Content-Type");
    response.retry_after = value_of(message, "Retry-After");
    response.date = value_of(message, "Date");
    response.correlation_id = value_of(message, "X-HubSpot-Correlation-Id");
    response.limit_max = value_of(message, "X-HubSpot-RateLimit-Max");
    response.limit_remaining = value_of(message, "X-HubSpot-RateLimit-Remaining");
    response.daily_limit = value_of(message, "X-HubSpot-RateLimit-Daily");
    response.daily_remaining = value_of(message, "X-HubSpot-RateLimit-Daily-Remaining");
}

void answer_reader::expect_header() {
    message_.emplace();
    // Eager: body bytes are taken with the header instead of with the next call.
    message_->eager(true);
    message_->header_limit(static_cast<std::uint32_t>(header_bytes_max_));
    message_->body_limit(body_bytes_max_);
}

answer_reader::progress answer_reader::unpack() {
    auto& message = message_->get();
    const auto coding = message[http::field::content_encoding];
    if (coding.empty() || beast::iequals(coding, "identity") || message.body().empty()) {
        return progress::complete;
    }
    // We asked for gzip alone; what else came cannot be read.
    if (!beast::iequals(coding, "gzip") && !beast::iequals(coding, "x-gzip")) {
        error_ = fmt::format("the answer's body is packed as \"{}\", for which we had not asked",
                             std::string_view(coding.data(), coding.size()).substr(0, 40));
        return progress::failed;
    }
    // The limit holds for the unpacked body as well: a small packed one may be huge.
    auto body = unpack_gzip(message.body(), body_bytes_max_);
    if (!body) {
        error_ = "the answer's body " + body.error().message;
        return progress::failed;
    }
    message.body() = std::move(*body);
    return progress::complete;
}

bool answer_reader::skip_interim() {
    if (message_->get().result() == http::status::switching_protocols) {
        error_ = "the server switched to a protocol we had not asked for (101)";
        return false;
    }
    // A server that sends interim answers without end must not hold up the exchange.
    if (++interim_ > interim_max) {
        error_ = fmt::format("the server sent more than {} interim (1xx) answers", interim_max);
        return false;
    }
    expect_header();
    return true;
}

answer_reader::progress answer_reader::fail(const error_code& ec) {
    if (ec == http::error::body_limit) {
        error_ = fmt::format("the answer's body is larger than {} bytes", body_bytes_max_);
    } else if (ec == http::error::header_limit) {
        error_ = fmt::format("the answer's header is larger than {} bytes", header_bytes_max_);
    } else {
        error_ = "the server's answer is not HTTP: " + ec.message();
    }
    return progress::failed;
}

} // namespace hubspool
