// The bytes of a connection whose handshake is done, by the largest pieces that can be had.
//
// Asio's stream handles one TLS record at a time. A request or an answer of 30 kB is two or three
// records, as many calls of the kernel, and each wakes the other side. Here OpenSSL works on
// memory: a request is one write, an answer often one read. For https_line: from then on its stream
// only closes its socket, and no operation of it may be under way.
#pragma once

#include "api/tls/tls_stream.hpp"

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace hubspool {

class tls_wire {
public:
    using error_code = boost::system::error_code;
    using handler = std::function<void(const error_code&)>;

    // Neither may move afterwards; the stream outlives this.
    explicit tls_wire(tls_stream& stream);
    tls_wire(const tls_wire&) = delete;
    tls_wire& operator=(const tls_wire&) = delete;

    // Waits until more has come: then take() may have something. One at a time. The handler keeps
    // the stream alive; it is never called from within this call.
    void receive(handler done);
    // Whether something has come that was not taken yet, also the end. Asks the socket.
    bool has_come() const;
    // Takes what is there: how much; 0 and would_block when more must come first; eof when the
    // stream was closed in due form.
    std::size_t take(boost::asio::mutable_buffer into, error_code& ec);
    // Sends all of it. The bytes must stay until `done`, which is never called from within this
    // call. One at a time.
    void send(std::array<boost::asio::const_buffer, 2> parts, handler done);

private:
    struct memory; // through which OpenSSL reads and writes here
    // All of most requests and answers, and not too much of the largest.
    static constexpr std::size_t piece_bytes = 64U << 10;

    bool has_some() const;
    error_code failure_of(int returned);
    error_code encrypt();
    void write(handler done);
    void on_written(const error_code& ec, handler done);

    tls_stream& stream_;
    SSL* const session_;

    std::unique_ptr<char[]> received_;
    std::size_t begin_ = 0, end_ = 0; // of what OpenSSL has not taken yet
    bool needs_more_ = false;         // it can do nothing with what it has

    // To be written, and being written. An answer to the other side's key update waits here for the
    // next request, as it may (RFC 8446 section 4.6.3).
    std::string encrypted_, writing_;
    std::array<boost::asio::const_buffer, 2> parts_; // what is to be encrypted
};

} // namespace hubspool
