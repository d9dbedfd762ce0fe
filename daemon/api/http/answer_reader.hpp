// Reads one HTTP/1.1 answer after the other from the bytes of a connection. Hides Beast's parser.
//
// Interim answers (1xx) are skipped. What is kept is bounded: one header of `header_bytes_max`, one
// body of `body_bytes_max`, packed and unpacked (gzip). No I/O; not for several threads.
#pragma once

#include "core/answers/api_response.hpp"

#include <boost/asio/buffer.hpp>

#include <cstddef>
#include <memory>
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
    ~answer_reader();
    answer_reader(const answer_reader&) = delete;
    answer_reader& operator=(const answer_reader&) = delete;

    void restart(); // forgets the answer before, and expects the next one
    // Room for the next bytes; it stays valid until commit.
    boost::asio::mutable_buffer prepare();
    progress commit(std::size_t byte_count);
    // The stream was closed in due form. That completes an answer that has no length of its own.
    progress end_of_stream();

    bool untouched() const;    // not one byte since restart
    bool reusable() const;     // complete, nothing after it, and the server keeps the connection
    std::string phase() const; // "waiting for the answer", ...: for messages
    const std::string& error() const;
    void take(api_response& response);

private:
    class parser;
    std::unique_ptr<parser> parser_;
};

} // namespace hubspool
