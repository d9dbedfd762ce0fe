// Reads one HTTP/1.1 answer after the other from the bytes of a connection.
//
// Interim answers (1xx) are skipped. What is kept is bounded: one header of `header_bytes_max`, one
// body of `body_bytes_max`, packed and unpacked (gzip). No I/O; not for several threads.
#pragma once

#include "core/answers/api_response.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <cstddef>
#include <optional>
#include <string>

namespace hubspool {

class answer_reader {
public:
    enum class progress {
        more,     // the answer is not complete
        complete, // take() gives it
        failed,   // what came is no answer we can use; error() says why
    };

    answer_reader(std::size_t header_bytes_max, std::size_t body_bytes_max);

    void restart(); // forgets the answer before, and expects the next one
    // Room for the next bytes; it stays valid until commit.
    boost::asio::mutable_buffer prepare();
    progress commit(std::size_t byte_count);
    // The stream was closed in due form. That completes an answer that has no length of its own.
    progress end_of_stream();

    bool untouched() const { return untouched_; } // not one byte since restart
    bool reusable() const;     // complete, nothing after it, and the server keeps the connection
    std::string phase() const; // "waiting for the answer", ...: for messages
    const std::string& error() const { return error_; }
    void take(api_response& response);

private:
    void expect_header();
    // A body that came in one of the codings of our Accept-Encoding becomes what it was.
    progress unpack();
    bool skip_interim();
    progress fail(const boost::system::error_code& ec);

    std::size_t header_bytes_max_;
    std::size_t body_bytes_max_;
    boost::beast::flat_buffer buffer_;
    std::optional<boost::beast::http::response_parser<boost::beast::http::string_body>> message_;
    bool untouched_ = true;
    int interim_ = 0; // 1xx answers skipped so far
    std::string error_;
};

} // namespace hubspool
